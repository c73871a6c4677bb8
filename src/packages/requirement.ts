import { createHash } from 'node:crypto';
import { UserError } from '../base/user-error.ts';
import { capBytes } from './cap-bytes.ts';
import { isProjectName, normalizeName, parseFileName } from './file-name.ts';
import type { IndexedFile, IndexSource } from './index/index-source.ts';
import { maxPackageBytes } from './limits.ts';
import { type PackageFile, toPackageFile } from './package-file.ts';
import { isSameVersion } from './version.ts';

/** An exact release of a project. */
export interface Requirement {
  readonly name: string;
  readonly version: string;
  /** The file of it that is meant. */
  readonly file?: string | undefined;
}

/** One file of a release, and the names of the others: what is in them may differ. */
export interface FetchedPackage extends PackageFile {
  readonly others: readonly string[];
}

/** Reads `name==version`; undefined when `text` is something else. */
export function parseRequirement(text: string): Requirement | undefined {
  const [name, version, ...rest] = text.split('==').map(part => part.trim());
  if (name === undefined || !version || rest.length > 0 || !isProjectName(name)) return undefined;
  return { name, version };
}

/**
 * Takes one file of a release from an index: the one that is asked for, else the sdist, because building it is what runs
 * its author's code, else a wheel that fits every platform. The index's own sha256 must agree.
 */
export async function fetchRequirement(
  source: IndexSource,
  requirement: Requirement,
): Promise<FetchedPackage> {
  const files = await source.files(requirement.name);
  const ofRelease = files.filter(file => isOf(file, requirement));
  const file = chooseFile(ofRelease, requirement.file);
  if (file === undefined) throw nothingToTake(requirement, files, ofRelease);
  const bytes = await readWhole(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (file.sha256 !== undefined && file.sha256 !== sha256) {
    throw new UserError(`${file.filename}: its sha256 is not the one the index promises`, {
      help: 'the download or the index is damaged, or someone changed the file',
    });
  }
  const others = namesOf(ofRelease).filter(name => name !== file.filename);
  return { ...toPackageFile(file.filename, bytes), others };
}

/** `foo-1.0-1.tar.gz` is version 1 of `foo-1.0`, and none of `foo`. */
function isOf({ filename }: IndexedFile, { name, version }: Requirement): boolean {
  const parts = parseFileName(filename);
  if (parts === undefined || normalizeName(parts.name) !== normalizeName(name)) return false;
  return isSameVersion(parts.version, version);
}

function chooseFile(ofRelease: readonly IndexedFile[], wanted: string | undefined): IndexedFile | undefined {
  if (wanted !== undefined) return ofRelease.find(file => file.filename === wanted);
  return (
    ofRelease.find(file => parseFileName(file.filename)?.kind === 'sdist') ??
    ofRelease.find(file => /-(py2\.)?py3-none-any\.whl$/.test(file.filename))
  );
}

/** Says what there is instead, from the nearest on: other files of the release, other versions, nothing. */
function nothingToTake(
  { name, version, file }: Requirement,
  files: readonly IndexedFile[],
  ofRelease: readonly IndexedFile[],
): UserError {
  if (files.length === 0)
    return new UserError(`${name}: no such project in the index`, { help: 'check --index' });
  const release = `${name}==${version}`;
  if (ofRelease.length === 0) {
    return new UserError(`${release}: the index has no such version`, {
      help: `it has ${versionsOf(files, name).slice(-10).join(', ')}`,
    });
  }
  const missing = file ?? 'sdist or pure wheel';
  return new UserError(`${release}: the index has no ${missing} of that version`, {
    help: `choose with --file: it has ${namesOf(ofRelease).slice(0, 10).join(', ')}`,
  });
}

async function readWhole(file: IndexedFile): Promise<Uint8Array> {
  const body = (await file.open()).pipeThrough(capBytes(maxPackageBytes, file.filename));
  return new Uint8Array(await new Response(body).arrayBuffer());
}

function namesOf(files: readonly IndexedFile[]): readonly string[] {
  return files.map(file => file.filename);
}

function versionsOf(files: readonly IndexedFile[], name: string): readonly string[] {
  const parts = files.flatMap(file => parseFileName(file.filename) ?? []);
  const own = parts.filter(part => normalizeName(part.name) === normalizeName(name));
  return [...new Set(own.map(part => part.version))];
}
