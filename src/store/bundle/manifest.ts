import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../base/message-of.ts';
import { manifestFile, schemaVersion } from './layout.ts';

const fileSchema = z.strictObject({
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const manifestSchema = z.object({ schema_version: z.number().int(), files: z.array(fileSchema) });

type ManifestFile = z.infer<typeof fileSchema>;

/** A file of a bundle that is not as it was sealed. */
export interface ManifestProblem {
  readonly file: string;
  readonly problem: 'missing' | 'changed' | 'unexpected' | 'unreadable';
  /** One sentence: what is wrong with it. */
  readonly reason: string;
}

/** What versions before left in a bundle whose rebuild they were killed in: no evidence, and none of its files. */
export const leftManifest = `${manifestFile}.tmp`;

/**
 * Lists every file of a bundle with its size and sha256: written last, and whole or not at all. `workshop` is a folder
 * beside it that whoever is killed leaves to be removed; a bundle that is sealed already holds nothing unfinished.
 */
export async function writeManifest(folder: string, workshop: string): Promise<void> {
  const manifest = { schema_version: schemaVersion, files: await describeFiles(folder) };
  const unfinished = join(workshop, leftManifest);
  await writeFile(unfinished, `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx' });
  await rename(unfinished, join(folder, manifestFile));
}

/** Compares a bundle with its manifest; no problems means that not one byte has changed since it was sealed. */
export async function checkManifest(folder: string): Promise<readonly ManifestProblem[]> {
  const sealed = await readManifest(folder);
  if (typeof sealed === 'string') return [{ file: manifestFile, problem: 'unreadable', reason: sealed }];
  const found = new Set(await filesOf(folder));
  const problems: ManifestProblem[] = [];
  for (const file of sealed) {
    const isThere = found.delete(file.path);
    if (isThere) problems.push(...(await compare(folder, file)));
    else problems.push({ file: file.path, problem: 'missing', reason: 'it is not there' });
  }
  for (const path of found) {
    problems.push({ file: path, problem: 'unexpected', reason: 'it was not there when the run was sealed' });
  }
  return problems;
}

/** A file that the disk does not give is a problem like another: the rest of the bundle is still compared. */
async function compare(folder: string, sealed: ManifestFile): Promise<readonly ManifestProblem[]> {
  const file = sealed.path;
  const now = await describeFile(folder, file).catch(messageOf);
  if (typeof now === 'string') return [{ file, problem: 'unreadable', reason: `it cannot be read: ${now}` }];
  return now.sha256 === sealed.sha256
    ? []
    : [{ file, problem: 'changed', reason: differenceOf(sealed, now) }];
}

function differenceOf(sealed: ManifestFile, now: ManifestFile): string {
  if (now.bytes < sealed.bytes) return `it is cut: ${now.bytes} of ${sealed.bytes} bytes`;
  if (now.bytes > sealed.bytes) return `it has grown: ${now.bytes} bytes, sealed with ${sealed.bytes}`;
  return `its ${now.bytes} bytes are not those that were sealed (sha256)`;
}

/** The sealed files, or the sentence that says why they are not known. */
async function readManifest(folder: string): Promise<readonly ManifestFile[] | string> {
  const text = await readFile(join(folder, manifestFile), 'utf8').catch(() => undefined);
  if (text === undefined) return 'it is not there, so no file can be compared';
  try {
    const manifest = manifestSchema.parse(JSON.parse(text));
    if (manifest.schema_version <= schemaVersion) return manifest.files;
    return `it was written by a newer Buildhaus (schema ${manifest.schema_version}; this one reads ${schemaVersion})`;
  } catch {
    return 'it is no manifest, so no file can be compared';
  }
}

async function describeFiles(folder: string): Promise<readonly ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const path of await filesOf(folder)) files.push(await describeFile(folder, path));
  return files;
}

/** All files of a bundle but its manifest, by their paths in it. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(path => path !== manifestFile)
    .sort();
}

/** A file's size and sha256; `path` is relative to the folder. */
export async function describeFile(folder: string, path: string): Promise<ManifestFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(folder, path))) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { path, bytes, sha256: hash.digest('hex') };
}
