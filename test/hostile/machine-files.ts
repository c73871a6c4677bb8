import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { basesFolder, exists, imagesFolder } from '../../src/sandbox/image/cache.ts';

/** Down to the folders of a tree in which a mark would be left first, and to the files of snapshots. */
const maxDepth = 4;

/**
 * The files that machines start from, of all bases, images and snapshots that are whole, and what tells that one was
 * written: only root of this host could set a change time back.
 */
export async function machineFiles(): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  for (const base of await foldersWith(basesFolder(), 'base.json')) await note(base, maxDepth, known);
  for (const platform of await namesIn(imagesFolder())) {
    const images = await foldersWith(path.join(imagesFolder(), platform), 'image.json');
    for (const image of images) await note(image, maxDepth, known);
  }
  return known;
}

/** Those that were there before and are not as they were. What came or went meanwhile is another process' doing. */
export function rewritten(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...after.keys()].filter(file => (before.get(file) ?? after.get(file)) !== after.get(file));
}

async function foldersWith(folder: string, file: string): Promise<readonly string[]> {
  const folders = (await namesIn(folder)).map(name => path.join(folder, name));
  const whole = await Promise.all(folders.map(one => exists(path.join(one, file))));
  return folders.filter((_, index) => whole[index]);
}

/** A folder changes when a name comes into it: in a tree that is a mark, above it an image that is being made. */
async function note(place: string, depth: number, known: Map<string, string>): Promise<void> {
  const found = await lstat(place).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isDirectory() || /\/(tree|agent)(\/|$)/.test(place)) {
    known.set(place, `${found.mode} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`);
  }
  if (!found.isDirectory() || depth === 0) return;
  for (const name of await namesIn(place)) await note(path.join(place, name), depth - 1, known);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
