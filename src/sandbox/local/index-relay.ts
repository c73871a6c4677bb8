import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageIndex } from '../../model/ports.ts';
import type { GuestChannel, GuestProcess } from '../agent/channel.ts';
import { agentPath, endGuestProgram, startGuestProgram } from '../agent/guest-program.ts';
import { createIndexServer, indexPort, indexUrl } from '../agent/index-listener.ts';

const socketName = 'index.sock';
/** How long the agent may take to listen. */
const listenMs = 30_000;

/** Where the machine finds the index, and how long it may take to listen. */
export interface RelayOptions {
  readonly relay: string;
  readonly signal: AbortSignal;
  /** `listenMs` unless given. */
  readonly timeoutMs?: number;
}

/**
 * Serves an index on a unix socket in the folder `relay`, which the machine has at `/run/relay`; the agent listens on the
 * machine's own loopback and passes each connection on. No port of the host is opened.
 */
export async function serveIndexInside(
  channel: GuestChannel,
  index: PackageIndex,
  { relay: folder, signal, timeoutMs = listenMs }: RelayOptions,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createIndexServer(index);
  const socket = join(folder, socketName);
  await rm(socket, { force: true });
  server.listen(socket);
  await once(server, 'listening');
  const stopServer = async () => {
    server.closeAllConnections();
    server.close();
    await rm(socket, { force: true });
  };
  try {
    const relay = await startRelay(channel, timeoutMs, signal);
    const dispose = async () => {
      await endGuestProgram(relay);
      await stopServer();
    };
    return { url: indexUrl, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    // A server that still listens would keep this process alive.
    await stopServer();
    throw error;
  }
}

async function startRelay(
  channel: GuestChannel,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<GuestProcess> {
  const argv = [agentPath, 'relay', String(indexPort), `/run/relay/${socketName}`];
  const relay = await startGuestProgram(channel, argv, signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const outcome = await Promise.race([
    once(relay.stdout, 'data', { signal: limit }).then(
      () => 'ready',
      () => 'late',
    ),
    relay.closed.then(() => 'ended'),
  ]);
  if (outcome === 'ready') return relay;
  await endGuestProgram(relay);
  signal.throwIfAborted();
  const why = outcome === 'late' ? `nobody listens after ${timeoutMs / 1000} s` : relay.stderrText().trim();
  throw new Error(`the index cannot be served: ${why}`);
}
