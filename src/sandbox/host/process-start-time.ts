import { readFile } from 'node:fs/promises';

/**
 * When a process of this host started, as the kernel counts: tells a process from a later one with its number. The 22nd
 * field of /proc/PID/stat; the name in the second may hold spaces and brackets. Undefined when it is gone.
 */
export async function readStartTime(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}
