import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildFolder, removeAbandoned } from '../../../src/sandbox/image/build-folder.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const never = () => new AbortController().signal;

test('a folder appears with all that belongs in it', async () => {
  await using home = await temporaryFolder();
  await buildFolder(join(home.path, 'made'), never(), folder => writeFile(join(folder, 'x'), 'content'));
  expect(await readdir(home.path)).toEqual(['made']);
  expect(await readFile(join(home.path, 'made/x'), 'utf8')).toBe('content');
});

test('a build that fails leaves nothing', async () => {
  await using home = await temporaryFolder();
  const failing = buildFolder(join(home.path, 'made'), never(), async folder => {
    await writeFile(join(folder, 'x'), 'half');
    throw new Error('no more disk');
  });
  await expect(failing).rejects.toThrow('no more disk');
  expect(await readdir(home.path)).toEqual([]);
});

test('an aborted build leaves nothing', async () => {
  await using home = await temporaryFolder();
  const abort = new AbortController();
  const aborted = buildFolder(join(home.path, 'made'), abort.signal, async () => abort.abort());
  await expect(aborted).rejects.toThrow();
  expect(await readdir(home.path)).toEqual([]);
});

test('what a killed build left is removed by the next', async () => {
  await using home = await temporaryFolder();
  await mkdir(join(home.path, '.building-999999999'));
  await mkdir(join(home.path, `.building-${process.pid}-1-abcd`));
  await buildFolder(join(home.path, 'made'), never(), async () => undefined);
  expect(await readdir(home.path)).toEqual(['made']);
});

test('two builds at once, also of one process, leave each other alone', async () => {
  await using home = await temporaryFolder();
  const build = (name: string) =>
    buildFolder(join(home.path, name), never(), async folder => {
      await removeAbandoned(home.path);
      await writeFile(join(folder, 'x'), name);
    });
  await Promise.all([build('one'), build('other'), build('one')]);
  expect((await readdir(home.path)).sort()).toEqual(['one', 'other']);
  expect(await readFile(join(home.path, 'other/x'), 'utf8')).toBe('other');
});

test('a build that comes second is thrown away', async () => {
  await using home = await temporaryFolder();
  await buildFolder(join(home.path, 'made'), never(), async folder => {
    await mkdir(join(home.path, 'made'));
    await writeFile(join(home.path, 'made/first'), '');
    await writeFile(join(folder, 'second'), '');
  });
  expect(await readdir(join(home.path, 'made'))).toEqual(['first']);
  expect(await readdir(home.path)).toEqual(['made']);
});
