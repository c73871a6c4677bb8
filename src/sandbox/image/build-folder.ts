import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createOwnerName, isOwnerRunning } from '../host/owner-name.ts';
import { exists } from './cache.ts';
import { runAsTreeRoot } from './tree-root.ts';

const prefix = '.building-';

/**
 * Fills a folder in one step: `fill` works in a temporary one beside it, which takes its name when all is there.
 * A build that was cut off leaves only the temporary one, which the next build removes. Another process that is
 * faster wins, and ours is thrown away.
 */
export async function buildFolder(
  folder: string,
  signal: AbortSignal,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(folder), prefix + (await createOwnerName()));
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(dirname(folder));
  try {
    await mkdir(temporary, { mode: 0o755 });
    await fill(temporary);
    signal.throwIfAborted();
    await rename(temporary, folder).catch(async error => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await removeTree(temporary);
  }
}

/** Removes the temporary folders of builds whose process is gone. */
export async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    if (!(await isOwnerRunning(name.slice(prefix.length)))) await removeTree(join(parent, name));
  }
}

/** Removes a folder, also one whose files belong to our subordinate ids. */
export async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() =>
    runAsTreeRoot(['rm', '-rf', '--', folder], { signal: AbortSignal.timeout(120_000) }),
  );
}
