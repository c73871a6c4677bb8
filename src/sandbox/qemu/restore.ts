import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../../base/message-of.ts';
import { UserError } from '../../base/user-error.ts';
import type { Image } from '../image/image.ts';
import type { ControlChannel } from '../ssh/control-channel.ts';
import { connectGuest } from './connect-guest.ts';
import { controlSocket } from './machine.ts';
import type { Monitor } from './monitor.ts';
import { createSessionFolder, type SessionFolder } from './session-folder.ts';
import { layDisk, machineFiles, machineJail, readKeys, type Snapshot } from './snapshot/snapshot.ts';
import { startMachine, type VirtualMachine } from './virtual-machine.ts';

/** A snapshot in use: a machine that runs, and the way in. Disposing ends it and removes what it left; safe to repeat. */
export interface RestoredMachine extends AsyncDisposable {
  readonly channel: ControlChannel;
  /** Settles when the machine has ended, for whatever reason. */
  readonly stopped: Promise<void>;
}

/** A restored guest lets its host in within this time or never. */
const loginTimeoutMs = 60_000;
/** Reading the state back takes a second at most; a busy host is slower. */
const loadTimeoutMs = 60_000;
const pollMs = 5;

/** Makes a machine of its own from a snapshot: an empty disk over the snapshot's, its memory from the saved state. */
export async function restoreMachine(
  image: Image,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<RestoredMachine> {
  const jail = await machineJail(snapshot.hardware, image);
  const folder = await createSessionFolder(jail.identity?.uid);
  try {
    const disk = await layDisk(snapshot.emptyDisk, folder, jail);
    const machine = await resume(
      {
        hardware: snapshot.hardware,
        files: machineFiles(image, folder, [disk, snapshot.disk, image.disk]),
        jail: { ...jail, readable: [...jail.readable, snapshot.disk], writable: folder.machine },
        folder,
        signal,
      },
      snapshot.state,
    );
    return await enter(machine, folder, image, signal);
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

/** Lets a machine go on from the state that it was started with. One that cannot is ended, and why is told. */
export async function goOn(
  machine: VirtualMachine,
  signal: AbortSignal,
  timeoutMs: number = loadTimeoutMs,
): Promise<void> {
  const limit = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, limit]);
  try {
    await machine.monitor.within(either, async () => {
      await waitUntilLoaded(machine.monitor, either);
      await machine.monitor.execute('cont');
    });
  } catch (cause) {
    // The monitor only says that it was closed: by us, or by a QEMU that has said why.
    const why = limit.aborted ? `it was not read back within ${timeoutMs / 1000} s` : messageOf(cause);
    await machine[Symbol.asyncDispose]();
    signal.throwIfAborted();
    const said = [why, machine.complaint()].filter(text => text !== '').join(': ');
    throw refused(`the snapshot could not be restored: ${said}`, cause);
  }
}

async function resume(
  options: Omit<Parameters<typeof startMachine>[0], 'state'>,
  stateFile: string,
): Promise<VirtualMachine> {
  const state = await open(stateFile);
  try {
    const machine = await startMachine({ ...options, state });
    await goOn(machine, options.signal);
    return machine;
  } finally {
    await state.close();
  }
}

async function enter(
  machine: VirtualMachine,
  folder: SessionFolder,
  image: Image,
  signal: AbortSignal,
): Promise<RestoredMachine> {
  const dispose = async () => {
    await machine[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
  try {
    const keys = await readKeys(image);
    const socket = controlSocket(folder.machine);
    const channel = await connectGuest(socket, keys, { readyTimeoutMs: loginTimeoutMs, signal });
    return { channel, stopped: machine.stopped, [Symbol.asyncDispose]: dispose };
  } catch (cause) {
    await dispose();
    signal.throwIfAborted();
    throw refused(`the restored guest could not be reached: ${messageOf(cause)}`, cause);
  }
}

function refused(what: string, cause: unknown): UserError {
  return new UserError(what, {
    kind: 'host',
    help: 'make the snapshot again: buildhaus image rm PLATFORM, then buildhaus image build PLATFORM',
    cause,
  });
}

/** A state that was saved paused comes back paused. */
async function waitUntilLoaded(monitor: Monitor, signal: AbortSignal): Promise<void> {
  const answer = z.looseObject({ status: z.string() });
  while (answer.parse(await monitor.execute('query-status')).status === 'inmigrate') {
    await sleep(pollMs, undefined, { signal });
  }
}
