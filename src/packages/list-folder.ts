import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { assertDefined } from '../base/assert.ts';
import { UserError } from '../base/user-error.ts';
import { maxFolderEntries, maxPackageBytes } from './limits.ts';
import { whileReading } from './while-reading.ts';

/** What of a source folder goes into the machine; paths are relative to it. */
export type FolderEntry =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number; readonly mode: number }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string };

/** A source folder as a build would find it, sorted. */
export interface FolderList {
  readonly entries: readonly FolderEntry[];
  /** Paths of what no machine is given, though a build on this host would see it. */
  readonly leftOut: readonly string[];
}

/** How much a folder may hold. */
export interface FolderLimits {
  readonly entries: number;
  readonly bytes: number;
}

const folderLimits: FolderLimits = { entries: maxFolderEntries, bytes: maxPackageBytes };

/**
 * Lists what `pip install ./folder` would see, version control and caches too: a build may read any of it. Left out are
 * environments and links that lead out of the folder. Throws a `UserError` for what is too much or cannot be read.
 */
export async function listFolder(root: string, limits: FolderLimits = folderLimits): Promise<FolderList> {
  const entries: FolderEntry[] = [];
  const leftOut: string[] = [];
  const sizes = new Map<string, FolderLimits>();
  let count = 0;
  for await (const entry of walk(root, '')) {
    count += 1;
    if (entry.kind === 'left-out') leftOut.push(entry.path);
    else entries.push(entry);
    weigh(sizes, entry);
    if (count > limits.entries) throw tooLarge(root, { of: 'entries', limit: limits.entries }, sizes);
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size.bytes, 0);
  if (bytes > limits.bytes) throw tooLarge(root, { of: 'bytes', limit: limits.bytes }, sizes);
  return { entries, leftOut };
}

type Found = FolderEntry | { readonly kind: 'left-out'; readonly path: string };

async function* walk(root: string, below: string): AsyncGenerator<Found> {
  for (const name of await readNames(path.join(root, below))) {
    const found = await describe(root, below === '' ? name : `${below}/${name}`);
    yield found;
    if (found.kind === 'directory') yield* walk(root, found.path);
  }
}

async function readNames(folder: string): Promise<readonly string[]> {
  const names = await whileReading(folder, readdir(folder, { encoding: 'buffer' }));
  return names.map(name => decode(name, folder)).sort();
}

/** A name that is no UTF-8 would be another one in the machine. */
function decode(name: Buffer, where: string): string {
  const text = name.toString('utf8');
  if (isUtf8(name)) return text;
  throw new UserError(`${path.join(where, text)}: a name that is not UTF-8`, {
    help: 'rename it, or analyze an sdist (python -m build --sdist)',
  });
}

async function describe(root: string, relative: string): Promise<Found> {
  const absolute = path.join(root, relative);
  const leftOut = { kind: 'left-out', path: relative } as const;
  const found = await whileReading(absolute, lstat(absolute));
  if (found.isFile()) return { kind: 'file', path: relative, bytes: found.size, mode: modeOf(found) };
  if (found.isDirectory()) {
    return (await isEnvironment(absolute)) ? leftOut : { kind: 'directory', path: relative };
  }
  // A pipe, a socket, a device: an archive of a package holds none.
  if (!found.isSymbolicLink()) return leftOut;
  const target = decode(await whileReading(absolute, readlink(absolute, { encoding: 'buffer' })), absolute);
  return leadsOut(relative, target) ? leftOut : { kind: 'symlink', path: relative, target };
}

function modeOf(found: Stats): number {
  return found.mode & 0o111 ? 0o755 : 0o644;
}

/** Folders that only a tool of that name makes. */
const environments = new Set(['.tox', '.nox', 'node_modules']);

/** PEP 405: a virtual environment is what holds a `pyvenv.cfg`; a folder called `venv` may be a module. */
async function isEnvironment(folder: string): Promise<boolean> {
  if (environments.has(path.basename(folder))) return true;
  return lstat(path.join(folder, 'pyvenv.cfg')).then(
    () => true,
    () => false,
  );
}

function leadsOut(from: string, target: string): boolean {
  const place = path.posix.join(path.posix.dirname(from), target);
  return target.startsWith('/') || place === '..' || place.startsWith('../');
}

/** Adds an entry to what is counted of its first folder. */
function weigh(sizes: Map<string, FolderLimits>, entry: Found): void {
  const [top = ''] = entry.path.split('/');
  const { entries, bytes } = sizes.get(top) ?? { entries: 0, bytes: 0 };
  sizes.set(top, { entries: entries + 1, bytes: bytes + (entry.kind === 'file' ? entry.bytes : 0) });
}

/** Names what is largest in the folder: mostly that is what nobody meant. */
function tooLarge(
  folder: string,
  { of, limit }: { readonly of: keyof FolderLimits; readonly limit: number },
  sizes: ReadonlyMap<string, FolderLimits>,
): UserError {
  const [first] = [...sizes].sort(([, one], [, other]) => other[of] - one[of]);
  const [name, size] = assertDefined(first, 'what is too much');
  return new UserError(`${folder}: more than the limit of ${limit} ${of}, ${size[of]} of them in ${name}`, {
    help: `move ${name} out of it, give the folder of one project, or analyze an sdist (python -m build --sdist)`,
  });
}
