import type { TreeEntry } from '../../model/ports.ts';
import type { Leftover } from '../../model/task.ts';
import { type Change, differencesBetween } from './differences.ts';

/** Most leftovers kept; a package that leaves more is told apart well enough by these. */
export const maxLeftovers = 1000;

/** What differs between two trees, less what is expected to. */
export interface Leftovers {
  readonly found: readonly Leftover[];
  /** Differences that an exception explains. */
  readonly excepted: number;
  readonly isCut: boolean;
}

/** Compares the tree before install with the tree after uninstall. */
export function leftoversBetween(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
  home: string,
): Leftovers {
  const left = [...changedPaths(before, after)];
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

/** One leftover per path, whatever differs about it. */
function* changedPaths(before: readonly TreeEntry[], after: readonly TreeEntry[]): Generator<Leftover> {
  const changes = new Map<string, Set<Leftover['change']>>();
  for (const { path, change } of differencesBetween(before, after)) {
    changes.set(path, (changes.get(path) ?? new Set()).add(words[change] ?? 'modified'));
  }
  for (const [path, [change = 'modified', ...others]] of changes) {
    yield { path, change: others.length === 0 ? change : 'modified' };
  }
}

const words: Partial<Record<Change, Leftover['change']>> = { created: 'added', deleted: 'removed' };
