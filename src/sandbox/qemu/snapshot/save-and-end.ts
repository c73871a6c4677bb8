import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../../../base/message-of.ts';
import { UserError } from '../../../base/user-error.ts';
import { unlessAborted } from '../../host/unless-aborted.ts';
import type { Monitor } from '../monitor.ts';
import type { VirtualMachine } from '../virtual-machine.ts';

/** Pausing a machine, writing its memory and ending it takes seconds; a busy host is slower. */
const saveTimeoutMs = 120_000;
const pollMs = 20;

/**
 * Pauses a machine, writes its memory and devices into the file `target`, and ends it. QEMU may not start programs, so it
 * sends its state through a socket at `path`, and we write the file. Throws when QEMU ends or hangs in it.
 */
export async function saveAndEnd(
  { monitor, stopped }: Pick<VirtualMachine, 'monitor' | 'stopped'>,
  { path, target }: { readonly path: string; readonly target: string },
  signal: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  void stopped.then(() => ended.abort(new Error('QEMU ended')));
  const limit = AbortSignal.any([signal, AbortSignal.timeout(saveTimeoutMs)]);
  const running = AbortSignal.any([limit, ended.signal]);
  try {
    await monitor.within(running, async () => {
      await monitor.execute('stop');
      await receiveState(monitor, { path, target }, running);
    });
    // It may be gone before it has answered.
    monitor.execute('quit').catch(() => undefined);
    await unlessAborted(stopped, limit);
  } catch (error) {
    signal.throwIfAborted();
    // The monitor only says that it was closed; this says why.
    const cause = running.aborted ? running.reason : error;
    throw new UserError(`the machine's state could not be saved: ${messageOf(cause)}`, {
      kind: 'host',
      help: 'see that this host has memory and disk to spare, and try again',
      cause,
    });
  }
}

async function receiveState(
  monitor: Monitor,
  { path, target }: { readonly path: string; readonly target: string },
  signal: AbortSignal,
): Promise<void> {
  const server = createServer();
  const connected = new Promise<Socket>(resolve => server.once('connection', resolve));
  await new Promise<void>(resolve => server.listen(path, resolve));
  try {
    // Its folder is closed to others already; QEMU may be another user.
    await chmod(path, 0o666);
    const written = unlessAborted(connected, signal).then(socket =>
      pipeline(socket, createWriteStream(target), { signal }),
    );
    await Promise.all([monitor.execute('migrate', { uri: `unix:${path}` }), written]);
    await waitForMigration(monitor, signal);
  } finally {
    server.close();
  }
}

async function waitForMigration(monitor: Monitor, signal: AbortSignal): Promise<void> {
  const answer = z.looseObject({ status: z.string() });
  for (;;) {
    const { status } = answer.parse(await monitor.execute('query-migrate'));
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled') throw new Error(`QEMU says: ${status}`);
    await sleep(pollMs, undefined, { signal });
  }
}
