import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxPackageBytes } from '../../src/packages/limits.ts';
import { type FolderLimits, listFolder } from '../../src/packages/list-folder.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const wide: FolderLimits = { entries: 100, bytes: 100 };

/** The paths that are taken of a folder of these files, and those that are left out. */
async function list(files: readonly string[], limits = wide, make = async (_: string) => {}) {
  await using folder = await temporaryFolder();
  for (const file of files) {
    await mkdir(path.join(folder.path, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder.path, file), '12345');
  }
  await make(folder.path);
  const { entries, leftOut } = await listFolder(folder.path, limits);
  return { taken: entries.map(entry => entry.path), leftOut };
}

test('version control, caches and a module called venv are taken: a build may read them', async () => {
  const { taken, leftOut } = await list(['.git/HEAD', 'a/__pycache__/a.pyc', 'venv/p.py', 'setup.py']);
  expect(leftOut).toEqual([]);
  const expected = [
    '.git',
    '.git/HEAD',
    'a',
    'a/__pycache__',
    'a/__pycache__/a.pyc',
    'setup.py',
    'venv',
    'venv/p.py',
  ];
  expect(taken).toEqual(expected);
});

test('environments are left out and named, whatever they are called', async () => {
  const files = ['.nox/a', '.tox/a', 'a.py', 'deep/env/pyvenv.cfg', 'deep/env/lib/x.py', 'node_modules/x.js'];
  expect(await list(files)).toEqual({
    taken: ['a.py', 'deep'],
    leftOut: ['.nox', '.tox', 'deep/env', 'node_modules'],
  });
});

test('the folder that was given is taken even if it is an environment', async () => {
  expect((await list(['pyvenv.cfg'])).taken).toEqual(['pyvenv.cfg']);
});

test('links that stay in the folder are taken, those that lead out of it are named', async () => {
  const { taken, leftOut } = await list(['a/x'], wide, async folder => {
    await symlink('../a/x', path.join(folder, 'a/inside'));
    await symlink('nowhere', path.join(folder, 'a/dangling'));
    await symlink('../../x', path.join(folder, 'a/out'));
    await symlink('..', path.join(folder, 'above'));
    await symlink('/mnt/data', path.join(folder, 'data'));
  });
  expect(taken).toEqual(['a', 'a/dangling', 'a/inside', 'a/x']);
  expect(leftOut).toEqual(['a/out', 'above', 'data']);
});

test('a pipe is left out and not waited for', async () => {
  const made = list(['a'], wide, async folder => void execFileSync('mkfifo', [path.join(folder, 'pipe')]));
  expect(await made).toEqual({ taken: ['a'], leftOut: ['pipe'] });
});

test('a name that is not UTF-8 is an error that shows where it is', async () => {
  const made = list(['a'], wide, async folder => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9)]), '');
  });
  await expect(made).rejects.toThrow(/caf\uFFFD: a name that is not UTF-8/);
});

describe('as much as the limit is taken; one more is an error that names what is largest:', () => {
  const files = ['data/a', 'data/b', 'setup.py'];

  test('entries, also those that are left out', async () => {
    expect((await list([...files, '.tox/a'], { ...wide, entries: 5 })).taken).toHaveLength(4);
    await expect(list([...files, '.tox/a'], { ...wide, entries: 4 })).rejects.toMatchObject({
      message: expect.stringContaining('more than the limit of 4 entries, 3 of them in data'),
      help: expect.stringContaining('move data out of it'),
    });
  });

  test('bytes', async () => {
    expect((await list(files, { ...wide, bytes: 15 })).taken).toHaveLength(4);
    await expect(list(files, { ...wide, bytes: 14 })).rejects.toThrow(
      /more than the limit of 14 bytes, 10 of them in data$/,
    );
  });

  test('the limits of every folder', async () => {
    await using folder = await temporaryFolder();
    const large = path.join(folder.path, 'large');
    await writeFile(large, '');
    await truncate(large, maxPackageBytes);
    expect((await listFolder(folder.path)).entries).toHaveLength(1);
    await truncate(large, maxPackageBytes + 1);
    await expect(listFolder(folder.path)).rejects.toThrow(`the limit of ${maxPackageBytes} bytes`);
  });
});
