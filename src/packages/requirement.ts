import { createHash } from 'node:crypto';
import { UserError } from '../base/user-error.ts';
import { capBytes } from './cap-bytes.ts';
import { isProjectName, parseFileName } from './file-name.ts';
import type { IndexedFile, IndexSource } from './index-source.ts';
import { maxPackageBytes } from './limits.ts';
import { type PackageFile, toPackageFile } from './package-file.ts';
import { isSameVersion } from './version.ts';

/** An exact release of a project. */
export interface Requirement {
  readonly name: string;
  readonly version: string;
}

/** Reads `name==version`; undefined when `text` is something else. */
export function parseRequirement(text: string): Requirement | undefined {
  const [name, version, ...rest] = text.split('==').map(part => part.trim());
  if (name === undefined || !version || rest.length > 0 || !isProjectName(name)) return undefined;
  return { name, version };
}

/**
 * Takes the file of one release from an index: the sdist when there is one, because building it is what runs its
 * author's code, else a wheel that fits every platform. The index's own sha256 must agree.
 */
export async function fetchRequirement(source: IndexSource, requirement: Requirement): Promise<PackageFile> {
  const { name, version } = requirement;
  const files = await source.files(name);
  if (files.length === 0)
    throw new UserError(`${name}: no such project in the index`, { help: 'check --index' });
  const file = chooseFile(files, version);
  if (file === undefined) {
    throw new UserError(`${name}==${version}: the index has no sdist or pure wheel of that version`, {
      help: `it has ${versionsOf(files).slice(-10).join(', ')}`,
    });
  }
  const bytes = await readWhole(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (file.sha256 !== undefined && file.sha256 !== sha256) {
    throw new UserError(`${file.filename}: its sha256 is not the one the index promises`, {
      help: 'the download or the index is damaged, or someone changed the file',
    });
  }
  return toPackageFile(file.filename, bytes);
}

async function readWhole(file: IndexedFile): Promise<Uint8Array> {
  const body = (await file.open()).pipeThrough(capBytes(maxPackageBytes, file.filename));
  return new Uint8Array(await new Response(body).arrayBuffer());
}

function chooseFile(files: readonly IndexedFile[], version: string): IndexedFile | undefined {
  const ofVersion = files.filter(file => {
    const parts = parseFileName(file.filename);
    return parts !== undefined && isSameVersion(parts.version, version);
  });
  return (
    ofVersion.find(file => parseFileName(file.filename)?.kind === 'sdist') ??
    ofVersion.find(file => /-(py2\.)?py3-none-any\.whl$/.test(file.filename))
  );
}

function versionsOf(files: readonly IndexedFile[]): readonly string[] {
  return [...new Set(files.flatMap(file => parseFileName(file.filename)?.version ?? []))];
}
