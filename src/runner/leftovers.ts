import type { TreeEntry } from '../model/ports.ts';
import type { Leftover } from '../model/task.ts';

/** Most leftovers kept; a package that leaves more is told apart well enough by these. */
export const maxLeftovers = 1000;

/** What differs between two trees, less what is expected to. */
export interface Leftovers {
  readonly found: readonly Leftover[];
  /** Differences that an exception explains. */
  readonly excepted: number;
  readonly isCut: boolean;
}

/**
 * Compares the tree before install with the tree after uninstall. A file counts as modified by its inode change
 * time too, which an ordinary user cannot set back; a directory does not, since what changed in it is told by itself.
 */
export function leftoversBetween(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
  home: string,
): Leftovers {
  const left = [...differences(before, after)];
  const found = left.filter(one => !isExpected(one.path, home));
  return {
    found: found.slice(0, maxLeftovers),
    excepted: left.length - found.length,
    isCut: found.length > maxLeftovers,
  };
}

/**
 * What every run leaves, whatever the package: folders in the home, and patterns. Each with its reason. A package
 * could hide a file in one of these, so the number of excepted paths is always told, and the trace shows the write.
 */
export const exceptions = {
  home: [
    { path: 'project', why: 'the unpacked source, where the test task works' },
    { path: 'wheelhouse', why: 'files that fetch and build put there' },
    { path: 'dist', why: 'the built wheel' },
  ],
  anywhere: [
    {
      pattern:
        /^\/srv\/venv\/lib\/python3\.\d+\/site-packages\/pip\/(?:[^/]+\/)*__pycache__(?:\/[^/]+\.pyc)?$/,
      why: "byte code of the environment's own pip, written at its first use",
    },
    {
      pattern: /\/__pycache__$/,
      why: 'the folder alone; a file in it is reported by itself',
    },
  ],
} as const;

function isExpected(path: string, home: string): boolean {
  const inHome = exceptions.home.some(one => {
    const folder = `${home}/${one.path}`;
    return path === folder || path.startsWith(`${folder}/`);
  });
  return inHome || exceptions.anywhere.some(one => one.pattern.test(path));
}

function* differences(before: readonly TreeEntry[], after: readonly TreeEntry[]): Generator<Leftover> {
  const old = new Map(before.map(entry => [entry.path, entry]));
  const seen = new Set<string>();
  for (const entry of after) {
    seen.add(entry.path);
    const was = old.get(entry.path);
    if (was === undefined) yield { path: entry.path, change: 'added' };
    else if (differs(was, entry)) yield { path: entry.path, change: 'modified' };
  }
  for (const path of old.keys()) {
    if (!seen.has(path)) yield { path, change: 'removed' };
  }
}

function differs(was: TreeEntry, is: TreeEntry): boolean {
  if (was.type !== is.type || was.mode !== is.mode || was.target !== is.target) return true;
  return is.type !== 'directory' && (was.bytes !== is.bytes || was.ctime_ns !== is.ctime_ns);
}
