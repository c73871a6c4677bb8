import { readFile } from 'node:fs/promises';
import { runProgram } from './run-program.ts';

/**
 * When a process of this host started, as the system says it, in letters and digits: tells a process from a later one with
 * its number. Undefined when it is gone.
 */
export async function readStartTime(
  pid: number,
  system: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const text = system === 'linux' ? await fromKernel(pid) : await fromListing(pid);
  return text === '' ? undefined : text;
}

/**
 * Whether the process that was marked by its number and start time is still there; by its number alone where nobody
 * noted when it started. One that cannot be looked at is: what is another user's is not taken for left behind.
 */
export async function isStillRunning(pid: number, startTime?: string): Promise<boolean> {
  if (!isThere(pid)) return false;
  const now = await readStartTime(pid);
  return startTime === undefined || now === undefined || now === startTime;
}

/** A process of another user answers EPERM: it lives. */
function isThere(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The 22nd field of /proc/PID/stat; the name in the second may hold spaces and brackets. */
async function fromKernel(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** `Sat Nov 21 12:00:00 2026`, on macOS and every other Unix. */
async function fromListing(pid: number): Promise<string> {
  const { stdout } = await runProgram(['ps', '-o', 'lstart=', '-p', String(pid)]);
  return stdout.replace(/[^A-Za-z0-9]/g, '');
}
