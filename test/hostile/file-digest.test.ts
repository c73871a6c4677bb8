import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { fileDigest } from './file-digest.ts';

test('a digest tells of any file below that was made, changed or taken away', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'a', 'b', 'file');
  await mkdir(path.dirname(file), { recursive: true });
  const found = [await fileDigest(folder.path)];
  await writeFile(file, 'one');
  found.push(await fileDigest(folder.path));
  await writeFile(file, 'longer');
  found.push(await fileDigest(folder.path));
  expect(new Set(found.map(({ sha256 }) => sha256)).size).toBe(3);
  expect(found.map(({ names }) => names)).toEqual([2, 3, 3]);
  await rm(file);
  expect((await fileDigest(folder.path)).names).toBe(2);
});

test('of a folder’s own files it tells alone when asked to', async () => {
  await using folder = await temporaryFolder();
  await mkdir(path.join(folder.path, 'below'));
  await writeFile(path.join(folder.path, 'own'), '');
  const before = await fileDigest(folder.path, 1);
  await writeFile(path.join(folder.path, 'below', 'file'), '');
  expect(await fileDigest(folder.path, 1)).toEqual(before);
  expect(before.names).toBe(1);
});

test('a folder that cannot be read hides nothing beside it', async () => {
  await using folder = await temporaryFolder();
  // Not even root reads one whose path is longer than a path may be.
  const long = (levels: number) => new Array<string>(levels).fill('d'.repeat(250));
  const outer = path.join(folder.path, ...long(14));
  await mkdir(outer, { recursive: true });
  await mkdir(path.join(folder.path, 'inner', ...long(8)), { recursive: true });
  await rename(path.join(folder.path, 'inner'), path.join(outer, 'inner'));
  const before = await fileDigest(folder.path);
  await writeFile(path.join(folder.path, 'z'), '');
  const after = await fileDigest(folder.path);
  expect(after.sha256).not.toBe(before.sha256);
  expect(after.names).toBe(before.names + 1);
  expect(after.names).toBeLessThan(24);
  await rename(path.join(outer, 'inner'), path.join(folder.path, 'inner'));
});

test('what is not there has no names', async () => {
  expect(await fileDigest('/no/such/folder')).toMatchObject({ names: 0 });
});
