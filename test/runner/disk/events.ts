import type { FileEvent, NetworkEvent } from '../../../src/model/event.ts';
import type { TreeEntry } from '../../../src/model/ports.ts';

const common = { seq: 1, at_ns: 0, proc: 1, pid: 1, tid: 1, ok: true, origin: 'kernel' } as const;

/** A traced event about a file. */
export function fileEvent(kind: FileEvent['kind'], path: string, more: Partial<FileEvent> = {}): FileEvent {
  return { ...common, kind, path, ...more };
}

/** A socket that got a path. */
export function boundSocket(path: string): NetworkEvent {
  return { ...common, kind: 'net.bind', path };
}

/** A file of a tree; its change time is long before any run. */
export function treeEntry(path: string, changes: Partial<TreeEntry> = {}): TreeEntry {
  return {
    path,
    type: 'file',
    bytes: 1,
    mode: 0o644,
    uid: 0,
    gid: 0,
    ctime_ns: 1n,
    sha256: 'ab',
    ...changes,
  };
}
