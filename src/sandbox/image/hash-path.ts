import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runAsTreeRoot } from './tree-root.ts';

/** How long a tree of a gigabyte may take on a slow disk. */
const hashLimitMs = 10 * 60_000;

/** sha256 of one file's bytes, or of a whole tree: names, permissions, owners, contents, targets of links. */
export async function hashPath(path: string): Promise<string> {
  const status = await lstat(path);
  if (status.isDirectory()) return hashTree(path);
  const hash = createHash('sha256');
  await addContent(hash, path, status.size);
  return hash.digest('hex');
}

/** Adds sources to a hash so that the same checkout gives the same hash on any host; what is absent adds its absence. */
export async function addSources(hash: Hash, path: string, name: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there) await addEntry(hash, path, name);
  else hash.update(`${name} absent\n`);
}

/**
 * As the tree's root sees it, with its own owners: the same tree has the same hash whoever built it, and no file is too
 * private to be read. The times of files are not part of it.
 */
async function hashTree(path: string): Promise<string> {
  const archive = 'tar --create --format=gnu --sort=name --numeric-owner --mtime=@0 --directory "$1" .';
  const script = ['bash', '-o', 'pipefail', '-c', `${archive} | sha256sum`, 'hash-tree', path] as const;
  const sum = await runAsTreeRoot(script, { signal: AbortSignal.timeout(hashLimitMs), env: { LC_ALL: 'C' } });
  return sum.slice(0, 64);
}

/** What compilers and Python leave behind is no source. */
function isSource(name: string): boolean {
  return !/\.(?:o|d|a|pyc)$|^agent$|^__pycache__$/.test(name);
}

/** What a checkout preserves counts: content and the executable bit. */
async function addEntry(hash: Hash, path: string, name: string): Promise<void> {
  const status = await lstat(path);
  const size = status.isFile() ? status.size : 0;
  const facts = `${status.mode & 0o170000} ${(status.mode & 0o100) !== 0}`;
  hash.update(`${JSON.stringify(name)} ${facts} ${size}\n`);
  if (status.isSymbolicLink()) hash.update(await readlink(path));
  else if (status.isFile()) await addContent(hash, path, status.size);
  else if (status.isDirectory()) {
    for (const entry of (await readdir(path)).sort()) {
      if (isSource(entry)) await addEntry(hash, join(path, entry), `${name}/${entry}`);
    }
  }
}

/** A tree has tens of thousands of small files, for which a stream costs more than their content. */
const streamedBytes = 1024 * 1024;

async function addContent(hash: Hash, path: string, size: number): Promise<void> {
  if (size <= streamedBytes) {
    hash.update(await readFile(path));
    return;
  }
  for await (const chunk of createReadStream(path, { highWaterMark: streamedBytes })) hash.update(chunk);
}
