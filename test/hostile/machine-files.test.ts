import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { basesFolder, imagesFolder } from '../../src/sandbox/image/cache.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { machineFiles, rewritten } from './machine-files.ts';

test.each([
  ['a disk that is written', path.join('bases', 'b', 'disk.qcow2'), 'bases/b/disk.qcow2'],
  [
    'the memory of a snapshot',
    path.join('images', 'p', 'i', 'snapshots', 's', 'state'),
    'images/p/i/snapshots/s/state',
  ],
  ['a mark in a tree', path.join('bases', 'b', 'tree', 'usr', 'bin', 'mark'), 'bases/b/tree/usr/bin'],
])('%s is seen', async (_, file, seen) => {
  await using cache = await cacheOfMachines();
  const before = await machineFiles();
  await writeFile(path.join(cache.path, 'buildhaus', file), 'changed');
  expect(rewritten(before, await machineFiles())).toEqual([path.join(cache.path, 'buildhaus', seen)]);
});

test('what another process makes or removes meanwhile is not', async () => {
  await using _cache = await cacheOfMachines();
  const before = await machineFiles();
  await mkdir(path.join(imagesFolder(), 'p', 'new', 'agent'), { recursive: true });
  await writeFile(path.join(imagesFolder(), 'p', 'new', 'image.json'), 'x');
  await rename(path.join(imagesFolder(), 'p', 'i'), path.join(imagesFolder(), 'p', 'moved'));
  await rm(path.join(basesFolder(), 'b'), { recursive: true });
  expect(rewritten(before, await machineFiles())).toEqual([]);
});

/** A cache with one base and one image that has a snapshot, for as long as it is not disposed of. */
async function cacheOfMachines(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await temporaryFolder();
  vi.stubEnv('XDG_CACHE_HOME', folder.path);
  for (const file of [
    path.join(basesFolder(), 'b', 'base.json'),
    path.join(basesFolder(), 'b', 'disk.qcow2'),
    path.join(basesFolder(), 'b', 'tree', 'usr', 'bin', 'true'),
    path.join(imagesFolder(), 'p', 'i', 'image.json'),
    path.join(imagesFolder(), 'p', 'i', 'snapshots', 's', 'state'),
  ]) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, 'x');
  }
  const dispose = async () => {
    vi.unstubAllEnvs();
    await folder[Symbol.asyncDispose]();
  };
  return { path: folder.path, [Symbol.asyncDispose]: dispose };
}
