import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { diskCap } from '../../../src/runner/disk/disk-cap.ts';

const common = { seq: 1, at_ns: 0, proc: 1, pid: 9, tid: 9, origin: 'kernel' } as const;

function write(path: string, errno: string): Event {
  return { ...common, kind: 'file.write', call: 'write', ok: false, errno, path };
}

describe('a limit of the disk', () => {
  test('of one file is reached by a call that fails of it, or by the signal', () => {
    expect(diskCap(write('/tmp/big', 'EFBIG'))).toBe('file-bytes');
    expect(diskCap({ ...common, kind: 'process.signal', signal: 'SIGXFSZ' })).toBe('file-bytes');
    expect(diskCap({ ...common, kind: 'process.exit', signal: 'SIGXFSZ' })).toBe('file-bytes');
  });

  test('as a whole is reached by a call that finds no room', () => {
    expect(diskCap(write('/home/mira/project/x.o', 'ENOSPC'))).toBe('disk-full');
    expect(diskCap(write('/dev/shm/x', 'ENOSPC'))).toBe('disk-full');
  });

  test.each(['/dev/full', '/dev/vda', '/proc/self/uid_map', '/sys/fs/cgroup/x'])(
    'is not reached at %s, which is none of its files',
    path => {
      expect(diskCap(write(path, 'ENOSPC'))).toBeUndefined();
    },
  );

  test('is not reached by what has limits of its own, another failure, or what is only claimed', () => {
    const watch: Event = { ...common, kind: 'raw', call: 'inotify_add_watch', ok: false, errno: 'ENOSPC' };
    expect(diskCap(watch)).toBeUndefined();
    expect(diskCap(write('/tmp/x', 'EACCES'))).toBeUndefined();
    expect(diskCap({ ...common, kind: 'process.signal', signal: 'SIGTERM' })).toBeUndefined();
    expect(diskCap({ ...common, kind: 'meta.note', origin: 'agent', errno: 'EFBIG' })).toBeUndefined();
  });
});
