import { createHash, type Hash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Which entries of a folder count, and what of an entry besides its name and content. */
interface Reading {
  readonly counts: (name: string) => boolean;
  readonly facts: (status: Stats) => string;
}

/** Everything that a program in the tree could notice. */
const exact: Reading = {
  counts: () => true,
  facts: status => `${status.mode.toString(8)} ${status.uid} ${status.gid}`,
};

/** What a checkout preserves: content and the executable bit, without what compilers and Python leave behind. */
const portable: Reading = {
  counts: name => !/\.(?:o|d|a|pyc)$|^agent$|^__pycache__$/.test(name),
  facts: status => `${status.mode & 0o170000} ${(status.mode & 0o100) !== 0}`,
};

/** sha256 of one file's bytes, or of a whole tree: names, permissions, owners, contents, targets of links. */
export async function hashPath(path: string): Promise<string> {
  const hash = createHash('sha256');
  const status = await lstat(path);
  if (status.isDirectory()) await addEntry(hash, path, '', exact);
  else await addContent(hash, path, status.size);
  return hash.digest('hex');
}

/** Adds sources to a hash so that the same checkout gives the same hash on any host; what is absent adds its absence. */
export async function addSources(hash: Hash, path: string, name: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there) await addEntry(hash, path, name, portable);
  else hash.update(`${name} absent\n`);
}

async function addEntry(hash: Hash, path: string, name: string, reading: Reading): Promise<void> {
  const status = await lstat(path);
  const size = status.isFile() ? status.size : 0;
  hash.update(`${JSON.stringify(name)} ${reading.facts(status)} ${size}\n`);
  if (status.isSymbolicLink()) hash.update(await readlink(path));
  else if (status.isFile()) await addContent(hash, path, status.size);
  else if (status.isDirectory()) {
    for (const entry of (await readdir(path)).sort()) {
      if (reading.counts(entry)) await addEntry(hash, join(path, entry), `${name}/${entry}`, reading);
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
