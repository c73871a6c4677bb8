import { randomBytes } from 'node:crypto';
import { isStillRunning, readStartTime } from './process-start-time.ts';

/** A name that no other has, which says that this process owns what is named so: `4711-123456-1f2e3d4c`. */
export async function createOwnerName(): Promise<string> {
  return [process.pid, await readStartTime(process.pid), randomBytes(4).toString('hex')].join('-');
}

/** Whether the process that a name speaks of is still there; what it owned may be removed when it is not. */
export async function isOwnerRunning(name: string): Promise<boolean> {
  const [pid, startTime = ''] = name.split('-');
  return isStillRunning(Number(pid), startTime);
}
