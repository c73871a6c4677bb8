import type { TreeEntry } from '../../model/ports.ts';

/** What differs about a path. What became another type was deleted and created. */
export type Change = 'created' | 'deleted' | 'content' | 'mode' | 'owner' | 'target';

/** One way in which one path of two trees differs. */
export interface Difference {
  readonly path: string;
  readonly change: Change;
  readonly before: TreeEntry | undefined;
  readonly after: TreeEntry | undefined;
  /** Whether what it says of a file's content rests on the content itself. */
  readonly isHashed: boolean;
}

/** Compares two trees: contents by their hashes, or by size and change time where a hash is not known. */
export function* differencesBetween(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
): Generator<Difference> {
  const old = new Map(before.map(entry => [keyOf(entry), entry]));
  for (const entry of after) {
    const was = old.get(keyOf(entry));
    old.delete(keyOf(entry));
    if (was === undefined) yield created(entry);
    else if (was !== entry) yield* changesOf(was, entry);
  }
  for (const entry of old.values()) yield deleted(entry);
}

function* changesOf(before: TreeEntry, after: TreeEntry): Generator<Difference> {
  if (before.type !== after.type) {
    yield deleted(before);
    yield created(after);
    return;
  }
  const both = { path: after.path, before, after };
  const isHashed = before.sha256 !== undefined && after.sha256 !== undefined;
  if (after.type === 'file' && hasOtherContent(before, after, isHashed)) {
    yield { ...both, change: 'content', isHashed };
  }
  if (before.target !== after.target) yield { ...both, change: 'target', isHashed: true };
  // The mode of a link says nothing.
  if (before.mode !== after.mode && after.type !== 'symlink')
    yield { ...both, change: 'mode', isHashed: true };
  if (before.uid !== after.uid || before.gid !== after.gid)
    yield { ...both, change: 'owner', isHashed: true };
}

function hasOtherContent(before: TreeEntry, after: TreeEntry, isHashed: boolean): boolean {
  if (isHashed) return before.sha256 !== after.sha256;
  return before.bytes !== after.bytes || before.ctime_ns !== after.ctime_ns;
}

function created(after: TreeEntry): Difference {
  const { path, is_unread } = after;
  return { path, change: 'created', before: undefined, after, isHashed: is_unread !== true };
}

function deleted(before: TreeEntry): Difference {
  return { path: before.path, change: 'deleted', before, after: undefined, isHashed: true };
}

function keyOf(entry: TreeEntry): string {
  return entry.raw_path ?? entry.path;
}
