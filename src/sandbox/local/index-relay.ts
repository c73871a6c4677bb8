import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageIndex } from '../../model/ports.ts';
import type { GuestChannel } from '../agent/channel.ts';
import { agentPath, endGuestProgram, startGuestProgram } from '../agent/guest-program.ts';
import { createIndexServer, indexPort, indexUrl } from '../agent/index-listener.ts';

const socketName = 'index.sock';

/**
 * Serves an index on a unix socket in `folder`, which the machine has at `/run/relay`; the agent listens on the
 * machine's own loopback and passes each connection on. No port of the host is opened.
 */
export async function serveIndexInside(
  channel: GuestChannel,
  folder: string,
  index: PackageIndex,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createIndexServer(index);
  const socket = join(folder, socketName);
  await rm(socket, { force: true });
  server.listen(socket);
  await once(server, 'listening');
  const stop = new AbortController();
  const argv = [agentPath, 'relay', String(indexPort), `/run/relay/${socketName}`];
  const relay = await startGuestProgram(channel, argv, stop.signal);
  const dispose = async () => {
    await endGuestProgram(relay);
    server.closeAllConnections();
    server.close();
    await rm(socket, { force: true });
  };
  await Promise.race([once(relay.stdout, 'data'), relay.closed]);
  const failed = relay.stderrText();
  if (failed === '') return { url: indexUrl, [Symbol.asyncDispose]: dispose };
  await dispose();
  throw new Error(`the index cannot be served: ${failed}`);
}
