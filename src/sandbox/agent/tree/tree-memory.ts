import type { TreeEntry } from '../../../model/ports.ts';
import { type TreeLimits, treeLimits, treeTooLarge } from './tree-limits.ts';
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
  readonly #limits: TreeLimits;
  #known: ReadonlyMap<string, Known> = new Map();
  #firstUnixNs: bigint | undefined;
  #lastUnixNs = 0n;

  constructor(limits: TreeLimits = treeLimits) {
    this.#limits = limits;
  }

  question(): TreeQuestion {
    const [since, first] = [this.#lastUnixNs, this.#firstUnixNs ?? 0n];
    return { sinceUnixNs: String(since), firstUnixNs: String(first) };
  }

  /**
   * Puts the answer to `question` over what was known, and gives the whole tree, sorted by path. What the answer does not
   * speak of is the same object as before. Throws `CapReached` where that is more than is remembered; what was known stays.
   */
  merge(answer: GuestTree): readonly TreeEntry[] {
    const hashes = new Map<string, string>();
    const known = new Map<string, Known>();
    const replaced = createIsBelow(answer.entries.filter(entry => entry.whole).map(keyOf));
    for (const [key, was] of this.#known) {
      if (was.entry.sha256 !== undefined) hashes.set(was.content, was.entry.sha256);
      if (!replaced(key)) known.set(key, was);
    }
    for (const told of answer.entries) {
      const content = contentKey(told);
      // What was moved with its folder did not change, so it was not hashed again.
      const sha256 = told.sha256 ?? (told.isUnread ? undefined : hashes.get(content));
      known.set(keyOf(told), { content, entry: toEntry(told, sha256) });
    }
    this.#refuseTooMuch(known);
    this.#known = known;
    this.#lastUnixNs = answer.startedUnixNs - clockSlackNs;
    this.#firstUnixNs ??= this.#lastUnixNs;
    const tree = [...known.values()].map(({ entry }) => entry);
    return tree.sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  #refuseTooMuch(known: ReadonlyMap<string, Known>): void {
    if (known.size > this.#limits.entries) throw treeTooLarge('entries', this.#limits);
    let characters = 0;
    for (const { entry } of known.values()) characters += entry.path.length + (entry.target?.length ?? 0);
    if (characters > this.#limits.characters) throw treeTooLarge('characters', this.#limits);
  }
}

/** An entry as it is given out, and what says that its content is still the same. */
interface Known {
  readonly content: string;
  readonly entry: TreeEntry;
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

/** Whether a path lies below one of `folders`: of those that are not below another, it can only be the last one before it. */
function createIsBelow(folders: readonly string[]): (path: string) => boolean {
  const prefixes: string[] = [];
  for (const prefix of folders.map(folder => (folder === '/' ? folder : `${folder}/`)).sort()) {
    const outer = prefixes.at(-1);
    if (outer === undefined || !prefix.startsWith(outer)) prefixes.push(prefix);
  }
  return path => {
    let [from, to] = [0, prefixes.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((prefixes[middle] ?? '') < path) from = middle + 1;
      else to = middle;
    }
    const prefix = prefixes[from - 1];
    return prefix !== undefined && path.startsWith(prefix);
  };
}

function toEntry(entry: GuestTreeEntry, sha256: string | undefined): TreeEntry {
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
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(entry.isUnread ? { is_unread: true } : {}),
    ...(type === 'file' && entry.links > 1 ? { shared_with: `${entry.device}:${entry.inode}` } : {}),
  };
}
