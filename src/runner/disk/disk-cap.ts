import type { CapName } from '../../model/caps.ts';
import { type Event, isFileEvent } from '../../model/event.ts';

/** The limits of a room that its kernel enforces without a word: only the calls that met them tell. */
export type DiskCap = Extract<CapName, 'file-bytes' | 'disk-full'>;

/**
 * The limit that an event shows to be reached: a file that may not grow any more (EFBIG, or the signal of it), a disk
 * that has no room. A package can provoke both at will, which gains it nothing: what reached a limit is never clean.
 */
export function diskCap(event: Event): DiskCap | undefined {
  if (event.origin !== 'kernel') return undefined;
  if ('signal' in event && event.signal === 'SIGXFSZ') return 'file-bytes';
  if (!isFileEvent(event)) return undefined; // the number of watches or of semaphores has an ENOSPC of its own
  if (event.errno === 'EFBIG') return 'file-bytes';
  return event.errno === 'ENOSPC' && isOnDisk(event.path) ? 'disk-full' : undefined;
}

/** Suites of honest packages write to /dev/full, which is always full; kernel files say ENOSPC to what is too long. */
function isOnDisk(path = ''): boolean {
  return path.startsWith('/dev/shm/') || !/^\/(dev|proc|sys)\//.test(path);
}
