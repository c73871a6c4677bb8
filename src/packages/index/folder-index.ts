import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../base/user-error.ts';
import { type FileNameParts, normalizeName, parseFileName } from '../file-name.ts';
import { maxIndexFiles } from '../limits.ts';
import { isSameVersion } from '../version.ts';
import { whileReading } from '../while-reading.ts';
import type { IndexedFile, IndexSource } from './index-source.ts';

interface FolderFile extends IndexedFile {
  readonly parts: FileNameParts;
}

/**
 * Shows a folder of sdists and wheels as a package index. The folder is listed once: what is added later is not seen.
 * Throws a `UserError` when two files claim to be the sdist of one version: which of them a client gets would be
 * chance.
 */
export async function openFolderIndex(folder: string, maxFiles = maxIndexFiles): Promise<IndexSource> {
  const projects = new Map<string, FolderFile[]>();
  for (const file of await readFiles(folder, maxFiles)) {
    const name = normalizeName(file.parts.name);
    const others = projects.get(name) ?? [];
    refuseSecondSdist(folder, file, others);
    projects.set(name, [...others, file]);
  }
  return {
    projects: async () => [...projects.keys()].sort(),
    files: async name => projects.get(normalizeName(name)) ?? [],
  };
}

async function readFiles(folder: string, maxFiles: number): Promise<readonly FolderFile[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new UserError(`--index ${folder}: cannot read that folder`, {
      kind: 'usage',
      help: 'give a folder of sdists and wheels, or the URL of a package index',
      cause,
    });
  });
  if (names.length > maxFiles) {
    throw new UserError(`--index ${folder}: ${names.length} files are more than the limit of ${maxFiles}`, {
      help: 'give a folder of the files that are needed',
    });
  }
  const files: FolderFile[] = [];
  for (const filename of names.sort()) {
    const parts = parseFileName(filename);
    if (parts !== undefined) files.push(await describe(path.join(folder, filename), filename, parts));
  }
  return files;
}

/** Wheels of one version differ by their tags; two sdists of one version cannot both be it. */
function refuseSecondSdist(folder: string, file: FolderFile, others: readonly FolderFile[]): void {
  if (file.parts.kind !== 'sdist') return;
  const first = others.find(
    other => other.parts.kind === 'sdist' && isSameVersion(other.parts.version, file.parts.version),
  );
  if (first === undefined) return;
  const claim = `${normalizeName(file.parts.name)} ${file.parts.version}`;
  throw new UserError(`--index ${folder}: ${first.filename} and ${file.filename} both claim to be ${claim}`, {
    help: 'keep the one that is meant: a client would take either',
  });
}

async function describe(location: string, filename: string, parts: FileNameParts): Promise<FolderFile> {
  const found = await whileReading(location, stat(location));
  if (!found.isFile()) {
    // A pipe would be waited for.
    throw new UserError(`${location}: not a file, whatever its name says`, {
      help: 'take it out of the folder of --index',
    });
  }
  const hash = createHash('sha256');
  await whileReading(location, pipeline(createReadStream(location), hash));
  return {
    filename,
    parts,
    sha256: hash.digest('hex'),
    // From the disk as it is asked for: a guest may ask for many at once, and a package may be half a gigabyte.
    open: async () => {
      const file = await open(location);
      return Readable.toWeb(file.createReadStream());
    },
  };
}
