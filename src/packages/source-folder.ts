import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { UserError } from '../base/user-error.ts';
import { maxFolderEntries, maxPackageBytes } from './limits.ts';

/** Version control, caches and environments: never part of a release. */
const leftOut = new Set([
  '.git',
  '.hg',
  '.svn',
  '__pycache__',
  '.venv',
  'venv',
  'node_modules',
  '.tox',
  '.nox',
]);

/** One of these makes a folder a Python project (PEP 517/518). */
const projectFiles = ['pyproject.toml', 'setup.py', 'setup.cfg'];

/**
 * Packs a source folder as a tar.gz with one top folder `<name>/`. The same tree gives the same bytes: sorted,
 * times and owners zeroed. Links are stored as links, never followed.
 */
export async function packFolder(folder: string, name: string): Promise<Uint8Array> {
  const names = await readdir(folder);
  if (!projectFiles.some(file => names.includes(file))) {
    const what = names.length === 0 ? 'an empty folder' : 'a folder without a Python project';
    throw new UserError(`${folder}: ${what}`, {
      help: `a project has one of ${projectFiles.join(', ')} at its top`,
    });
  }
  const archive = pack();
  const limits = { entries: 0, bytes: 0 };
  const packed = buffer(archive);
  for await (const entry of walk(folder, '')) {
    limits.entries += 1;
    limits.bytes += entry.content?.length ?? 0;
    refuseTooLarge(folder, limits);
    archive.entry(
      { ...entry.header, name: `${name}/${entry.header.name}` },
      Buffer.from(entry.content ?? ''),
    );
  }
  archive.finalize();
  // The level is fixed so that the digest of a folder does not depend on a default.
  return gzipSync(await packed, { level: 6 });
}

interface FolderEntry {
  readonly header: {
    readonly name: string;
    readonly type: 'file' | 'directory' | 'symlink';
    readonly mode: number;
    readonly mtime: Date;
    readonly linkname?: string;
  };
  readonly content?: Uint8Array;
}

async function* walk(root: string, below: string): AsyncGenerator<FolderEntry> {
  const names = (await readdir(path.join(root, below))).filter(name => !leftOut.has(name)).sort();
  for (const name of names) {
    const relative = below === '' ? name : `${below}/${name}`;
    const absolute = path.join(root, relative);
    const found = await lstat(absolute);
    const common = { name: relative, mtime: new Date(0) };
    if (found.isSymbolicLink()) {
      yield { header: { ...common, type: 'symlink', mode: 0o777, linkname: await readlink(absolute) } };
    } else if (found.isDirectory()) {
      yield { header: { ...common, type: 'directory', mode: 0o755 } };
      yield* walk(root, relative);
    } else if (found.isFile()) {
      if (found.size > maxPackageBytes) refuseTooLarge(absolute, { entries: 1, bytes: found.size });
      const mode = found.mode & 0o111 ? 0o755 : 0o644;
      yield { header: { ...common, type: 'file', mode }, content: await readFile(absolute) };
    }
  }
}

function refuseTooLarge(folder: string, limits: { readonly entries: number; readonly bytes: number }): void {
  if (limits.entries <= maxFolderEntries && limits.bytes <= maxPackageBytes) return;
  throw new UserError(`${folder}: more than ${maxFolderEntries} entries or ${maxPackageBytes} bytes`, {
    help: 'give the folder of one project',
  });
}
