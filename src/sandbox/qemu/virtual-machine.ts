import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDefined } from '../../base/assert.ts';
import { UserError } from '../../base/user-error.ts';
import { endProcess } from '../host/end-process.ts';
import { keepTail } from '../host/keep-text.ts';
import { type Jail, jailed } from './jail.ts';
import { type Hardware, type MachineFiles, monitorSocket, qemuArguments } from './machine.ts';
import { Monitor } from './monitor.ts';
import type { SessionFolder } from './session-folder.ts';

/** A running QEMU. Disposing kills it; it never throws and may be called twice. */
export interface VirtualMachine extends AsyncDisposable {
  readonly monitor: Monitor;
  /** Settles when QEMU has ended, for whatever reason. */
  readonly stopped: Promise<void>;
  /** What QEMU complained of last, or nothing; all of it once QEMU has ended. */
  complaint(): string;
}

/** How a machine is started. */
export interface StartOptions {
  readonly hardware: Hardware;
  readonly files: MachineFiles;
  readonly jail: Jail;
  readonly folder: SessionFolder;
  /** A saved state to go on from; without it the machine boots. */
  readonly state?: FileHandle;
  readonly signal: AbortSignal;
}

export const qemuProgram = 'qemu-system-x86_64';

/** Kept bytes of QEMU's own complaints. */
const complaintLimit = 16 * 1024;
/** Of a state that it refuses QEMU says what is wrong with it, and then that it could not be loaded. */
const complaintLines = 2;
/** QEMU listens within this time or never. */
const listenTimeoutMs = 20_000;
/** How long a killed process may take to be gone. */
const killTimeoutMs = 5_000;
const stragglerMs = 100;

/** Starts QEMU in its jail and waits until it listens. */
export async function startMachine(options: StartOptions): Promise<VirtualMachine> {
  const start = options.state ? 'incoming' : 'boot';
  const command = [qemuProgram, ...qemuArguments(options.hardware, options.files, start)];
  const child = spawnJailed(command, options.jail, options.state);
  const complaints = keepTail(assertDefined(child.stderr, 'a pipe for stderr'), complaintLimit);
  const complaint = () => complaints().trim().split('\n').slice(-complaintLines).join('; ');
  const stopped = new Promise<void>(resolve => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = async () => {
    killJailed(child);
    await outlast(stopped, options.folder.path);
    // Whoever may still hold its pipe does not hold us.
    child.stderr?.destroy();
    child.unref();
  };
  try {
    if (child.pid !== undefined) await options.folder.noteProcess(child.pid);
    const monitor = await listening(options, stopped, complaint);
    const dispose = async () => {
      monitor.close();
      await kill();
    };
    return { monitor, stopped, complaint, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Runs a command in QEMU's jail, out of the reach of the terminal's Ctrl-C: we end it in our own order. */
export function spawnJailed(command: readonly string[], jail: Jail, state?: FileHandle): ChildProcess {
  const [program, ...rest] = jailed(command, jail);
  const inherited = state ? [state.fd] : [];
  return spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe', ...inherited], detached: true });
}

/**
 * Waits until the last holder of QEMU's pipe is gone. One that bubblewrap's end did not take with it is found by the
 * machine's folder, which no other process names.
 */
async function outlast(stopped: Promise<void>, folder: string): Promise<void> {
  const ended = stopped.then(() => true);
  for (let waitedMs = 0; waitedMs < killTimeoutMs; waitedMs += stragglerMs) {
    if (await Promise.race([ended, sleep(stragglerMs, false)])) return;
    for (const pid of await processesNaming(folder)) endProcess(pid);
  }
}

async function processesNaming(folder: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter(name => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => lines[index]?.includes(folder));
}

/**
 * Kills what `spawnJailed` started. The whole group: bubblewrap killed in its first instant has not yet told its child
 * to die with it, and that child would start QEMU all the same. Nothing once it has ended: its number may be that of
 * somebody else's group by then.
 */
export function killJailed(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.pid !== undefined) endProcess(-child.pid);
  child.kill('SIGKILL');
}

async function listening(
  options: StartOptions,
  stopped: Promise<void>,
  complaint: () => string,
): Promise<Monitor> {
  const path = monitorSocket(options.files.folder);
  const ended = new AbortController();
  const timeout = AbortSignal.timeout(listenTimeoutMs);
  const signal = AbortSignal.any([options.signal, ended.signal, timeout]);
  void stopped.then(() => ended.abort());
  try {
    return await Monitor.connect(path, signal);
  } catch (cause) {
    options.signal.throwIfAborted();
    throw new UserError(`QEMU did not start: ${complaint() || 'it did not listen'}`, {
      kind: 'host',
      help: 'run: buildhaus doctor',
      cause,
    });
  }
}
