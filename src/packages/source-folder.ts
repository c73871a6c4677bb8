import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { assertNever } from '../base/assert.ts';
import { UserError } from '../base/user-error.ts';
import { type FolderEntry, listFolder } from './list-folder.ts';
import { whileReading } from './while-reading.ts';

/** A source folder as an archive, and the paths that are not in it. */
export interface PackedFolder {
  readonly bytes: Uint8Array;
  readonly leftOut: readonly string[];
}

/** One of these makes a folder a Python project (PEP 517/518). */
const projectFiles = ['pyproject.toml', 'setup.py', 'setup.cfg'];

/**
 * Packs a source folder as a tar.gz with one top folder `<name>/`. The same tree gives the same bytes: sorted,
 * times and owners zeroed. Links are stored as links, never followed.
 */
export async function packFolder(folder: string, name: string): Promise<PackedFolder> {
  const names = await whileReading(folder, readdir(folder));
  if (!projectFiles.some(file => names.includes(file))) {
    const what = names.length === 0 ? 'an empty folder' : 'a folder without a Python project';
    throw new UserError(`${folder}: ${what}`, {
      help: `a project has one of ${projectFiles.join(', ')} at its top`,
    });
  }
  const { entries, leftOut } = await listFolder(folder);
  const archive = pack();
  const packed = buffer(archive);
  for (const entry of entries) {
    const absolute = path.join(folder, entry.path);
    const content = entry.kind === 'file' ? await whileReading(absolute, readFile(absolute)) : Buffer.of();
    archive.entry(toHeader(entry, name), content);
  }
  archive.finalize();
  // The level is fixed so that the digest of a folder does not depend on a default.
  return { bytes: gzipSync(await packed, { level: 6 }), leftOut };
}

function toHeader(entry: FolderEntry, top: string): Pick<Header, 'name'> & Partial<Header> {
  const common = { name: `${top}/${entry.path}`, mtime: new Date(0) };
  switch (entry.kind) {
    case 'file':
      return { ...common, type: 'file', mode: entry.mode };
    case 'directory':
      return { ...common, type: 'directory', mode: 0o755 };
    case 'symlink':
      return { ...common, type: 'symlink', mode: 0o777, linkname: entry.target };
    default:
      return assertNever(entry);
  }
}
