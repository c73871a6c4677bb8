import { parentOf } from '../../base/posix-path.ts';
import type { Places } from '../../model/places.ts';
import type { TreeEntry } from '../../model/ports.ts';
import type { Leftover } from '../../model/task.ts';
import { comparablePaths } from './comparable-paths.ts';
import { type Change, differencesBetween } from './differences.ts';

/** Most leftovers kept of a task; a suite of tests may well leave thousands, and each is among the events too. */
export const maxLeftovers = 10_000;

/** What differs between two trees, less what is expected to. */
export interface Leftovers {
  readonly found: readonly Leftover[];
  /** Differences that an exception explains. */
  readonly excepted: number;
  readonly isCut: boolean;
}

/** Where a machine keeps what every run leaves. */
export interface LeftoverPlaces {
  readonly home: string;
  readonly places: Pick<Places, 'separator' | 'venvPython'>;
}

/** Compares the tree before install with the tree after uninstall. */
export function leftoversBetween(
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
  machine: LeftoverPlaces,
): Leftovers {
  const left = [...changedPaths(before, after)];
  const isExpected = expectationsOf(machine);
  const found = left.filter(one => !isExpected(one.path));
  return {
    found: found.slice(0, maxLeftovers),
    excepted: left.length - found.length,
    isCut: found.length > maxLeftovers,
  };
}

/**
 * What every run leaves, whatever the package: folders in the home, what lies in the environment, and any path of a
 * pattern. Each with its reason. A package could hide a file in one of these, so the number of excepted paths is always
 * told, and the trace shows the write.
 */
export const exceptions = {
  home: [
    { path: 'project', why: 'the unpacked source, where the test task works' },
    { path: 'wheelhouse', why: 'files that fetch and build put there' },
    { path: 'dist', why: 'the built wheel' },
  ],
  environment: {
    pattern: /^\/lib\/(?:python3\.\d+\/)?site-packages\/pip\/(?:[^/]+\/)*__pycache__(?:\/[^/]+\.pyc)?$/,
    why: "byte code of the environment's own pip, written at its first use",
  },
  anywhere: {
    pattern: /\/__pycache__$/,
    why: 'the folder alone; a file in it is reported by itself',
  },
} as const;

function expectationsOf({ home, places }: LeftoverPlaces): (path: string) => boolean {
  const { pathOf } = comparablePaths(places);
  const folders = exceptions.home.map(({ path }) => pathOf(`${home}${places.separator}${path}`));
  const environment = parentOf(parentOf(pathOf(places.venvPython)));
  return given => {
    const path = pathOf(given);
    if (folders.some(folder => path === folder || path.startsWith(`${folder}/`))) return true;
    if (exceptions.anywhere.pattern.test(path)) return true;
    return (
      path.startsWith(environment) && exceptions.environment.pattern.test(path.slice(environment.length))
    );
  };
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
