import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
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

/** Lists every file of a bundle with its size and sha256: written last, and whole or not at all. */
export async function writeManifest(folder: string): Promise<void> {
  const manifest = { schema_version: schemaVersion, files: await describeFiles(folder) };
  const unfinished = join(folder, `${manifestFile}.tmp`);
  await rm(unfinished, { force: true });
  await writeFile(unfinished, `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx' });
  await rename(unfinished, join(folder, manifestFile));
}

/** Compares a bundle with its manifest; no problems means that not one byte has changed since it was sealed. */
export async function checkManifest(folder: string): Promise<readonly ManifestProblem[]> {
  const sealed = await readManifest(folder);
  if (typeof sealed === 'string') return [{ file: manifestFile, problem: 'unreadable', reason: sealed }];
  const found = new Map((await describeFiles(folder)).map(file => [file.path, file]));
  const problems: ManifestProblem[] = [];
  for (const file of sealed) {
    const now = found.get(file.path);
    found.delete(file.path);
    if (now === undefined) {
      problems.push({ file: file.path, problem: 'missing', reason: 'it is not there' });
    } else if (now.sha256 !== file.sha256) {
      problems.push({ file: file.path, problem: 'changed', reason: differenceOf(file, now) });
    }
  }
  for (const path of found.keys()) {
    problems.push({ file: path, problem: 'unexpected', reason: 'it was not there when the run was sealed' });
  }
  return problems;
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
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(path => path !== manifestFile)
    .sort();
  const files: ManifestFile[] = [];
  for (const path of paths) files.push(await describeFile(folder, path));
  return files;
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
