import { parentOf } from '../../../base/posix-path.ts';
import type { TreeEntry } from '../../../model/ports.ts';
import type { GuestTree, GuestTreeEntry } from './tree-reader.ts';

/** What the agent is asked for. */
export interface TreeQuestion {
  readonly sinceUnixNs: string;
  readonly firstUnixNs: string;
}

/**
 * The tree of one machine as it was told last. A machine is asked for all of it once, and then only for what changed
 * since: that is a tenth of the answer, and only what changed is hashed.
 */
export class TreeMemory {
  #entries: ReadonlyMap<string, GuestTreeEntry> = new Map();
  #firstUnixNs: bigint | undefined;
  #lastUnixNs = 0n;

  question(): TreeQuestion {
    const [since, first] = [this.#lastUnixNs, this.#firstUnixNs ?? 0n];
    return { sinceUnixNs: String(since), firstUnixNs: String(first) };
  }

  /** Puts the answer to `question` over what was known, and gives the whole tree, sorted by path. */
  merge(answer: GuestTree): readonly TreeEntry[] {
    const hashes = new Map<string, string>();
    const entries = new Map<string, GuestTreeEntry>();
    const replaced = createIsBelow(answer.entries.filter(entry => entry.whole).map(keyOf));
    for (const [key, entry] of this.#entries) {
      if (entry.sha256 !== undefined) hashes.set(contentKey(entry), entry.sha256);
      if (!replaced(key)) entries.set(key, entry);
    }
    for (const entry of answer.entries) {
      // What was moved with its folder did not change, so it was not hashed again.
      const sha256 = entry.sha256 ?? (entry.isUnread ? undefined : hashes.get(contentKey(entry)));
      entries.set(keyOf(entry), sha256 === undefined ? entry : { ...entry, sha256 });
    }
    this.#entries = entries;
    this.#lastUnixNs = answer.startedUnixNs - clockSlackNs;
    this.#firstUnixNs ??= this.#lastUnixNs;
    return [...entries.values()].map(toEntry).sort((one, other) => (one.path < other.path ? -1 : 1));
  }
}

/** A change time is of the kernel's last tick, which may be before the moment that the agent read from the clock. */
const clockSlackNs = 1_000_000_000n;

/** Names that are no UTF-8 may read the same. */
function keyOf(entry: GuestTreeEntry): string {
  return entry.rawPath ?? entry.path;
}

/** Unless its change time did, the content of an inode did not change. */
function contentKey({ device, inode, ctime_ns, bytes }: GuestTreeEntry): string {
  return `${device}:${inode}:${ctime_ns}:${bytes}`;
}

/** Whether a path lies below one of `folders`. */
function createIsBelow(folders: readonly string[]): (path: string) => boolean {
  const known = new Map(folders.map(folder => [folder, true]));
  const isIn = (folder: string): boolean => {
    const answer = known.get(folder) ?? (folder !== '/' && isIn(parentOf(folder)));
    known.set(folder, answer);
    return answer;
  };
  return path => path !== '/' && isIn(parentOf(path));
}

function toEntry(entry: GuestTreeEntry): TreeEntry {
  const { path, type, bytes, mode, uid, gid, ctime_ns } = entry;
  return {
    path,
    type,
    bytes,
    mode,
    uid,
    gid,
    ctime_ns,
    ...(entry.rawPath === undefined ? {} : { raw_path: entry.rawPath }),
    ...(type === 'symlink' ? { target: entry.target } : {}),
    ...(entry.sha256 === undefined ? {} : { sha256: entry.sha256 }),
    ...(entry.isUnread ? { is_unread: true } : {}),
    ...(type === 'file' && entry.links > 1 ? { shared_with: `${entry.device}:${entry.inode}` } : {}),
  };
}
