import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Names that are looked at below one folder. */
const maxNames = 100_000;

/** A digest of names, kinds, sizes, modes and change times, and how many names that were. */
export interface FileDigest {
  readonly sha256: string;
  readonly names: number;
}

/**
 * Looks at all below a folder, or with `depth` 1 at its own files only. A folder that cannot be read or comes and goes is
 * passed over: it hides nothing beside it.
 */
export async function fileDigest(root: string, depth = Number.POSITIVE_INFINITY): Promise<FileDigest> {
  const hash = createHash('sha256');
  let names = 0;
  for await (const place of below(root, depth)) {
    const found = await lstat(place).catch(() => undefined);
    if (found === undefined) continue;
    names += 1;
    hash.update(`${place}\0${found.mode} ${found.isDirectory() ? 0 : found.size} ${found.ctimeMs}\n`);
    if (names === maxNames) break;
  }
  return { sha256: hash.digest('hex'), names };
}

async function* below(folder: string, depth: number): AsyncGenerator<string> {
  for (const { name, isFolder } of await entriesOf(folder)) {
    const place = path.join(folder, name);
    if (!isFolder || depth > 1) yield place;
    if (isFolder && depth > 1) yield* below(place, depth - 1);
  }
}

async function entriesOf(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const named = entries.map(entry => ({ name: entry.name, isFolder: entry.isDirectory() }));
  return named.sort((one, other) => (one.name < other.name ? -1 : 1));
}
