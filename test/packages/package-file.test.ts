import { mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/user-error.ts';
import { maxPackageBytes } from '../../src/packages/limits.ts';
import { readPackage, toPackageFile } from '../../src/packages/package-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

describe('what is given as a package', () => {
  test('an sdist is identified by its name and the sha256 of its bytes', async () => {
    const bytes = gzipSync('anything');
    const found = toPackageFile('Thing-1.0.tar.gz', bytes);
    expect(found.identity).toMatchObject({
      kind: 'sdist',
      name: 'Thing',
      version: '1.0',
      bytes: bytes.length,
    });
    expect(found.identity.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a text file named .tar.gz is refused by its content', () => {
    expect(() => toPackageFile('thing-1.0.tar.gz', Buffer.from('hello'))).toThrow(/not a gzip archive/);
  });

  test('what is compressed as no package is (xz, bzip2, zstandard) is refused, by its name and by its content', () => {
    for (const [name, magic] of [
      ['xz', 'fd377a585a00'],
      ['bz2', '425a6839'],
      ['zst', '28b52ffd'],
    ] as const) {
      const bytes = Buffer.from(magic, 'hex');
      expect(() => toPackageFile(`thing-1.0.tar.${name}`, bytes)).toThrow(/not the name of an sdist/);
      expect(() => toPackageFile('thing-1.0.tar.gz', bytes)).toThrow(/not a gzip archive/);
    }
  });

  test('an empty file named .whl is refused', () => {
    expect(() => toPackageFile('thing-1.0-py3-none-any.whl', Buffer.alloc(0))).toThrow(/not a zip archive/);
  });

  test('a missing file is an error that says what may be given', async () => {
    const failure = await readPackage('/no/such/thing-1.0.tar.gz').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({ help: expect.stringContaining('wheel') });
  });

  test('a file that the host does not let us read is no bug of ours', async () => {
    // Reading its first page fails for everybody, root too.
    await expect(readPackage('/proc/self/mem')).rejects.toThrow('/proc/self/mem cannot be read: EIO');
  });

  test('a file as large as the limit is taken, one byte more is refused', async () => {
    await using folder = await temporaryFolder();
    const large = path.join(folder.path, 'large-1.0.tar.gz');
    await writeFile(large, '');
    await truncate(large, maxPackageBytes + 1);
    await expect(readPackage(large)).rejects.toThrow(`more than the limit of ${maxPackageBytes}`);
    await truncate(large, maxPackageBytes);
    await expect(readPackage(large)).rejects.toThrow('not a gzip archive');
  });

  test('an empty folder is refused', async () => {
    await using folder = await temporaryFolder();
    await expect(readPackage(folder.path)).rejects.toThrow(/empty folder/);
  });

  test('a folder without a project is refused', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'notes.txt'), '');
    await expect(readPackage(folder.path)).rejects.toThrow(/without a Python project/);
  });

  test('a name that no guest path can hold becomes a safe segment', () => {
    const { identity } = toPackageFile('a b$(x)-1.0.tar.gz', gzipSync(''));
    expect(identity.file).toBe('a_b__x_-1.0.tar.gz');
  });
});

describe('a source folder', () => {
  test('packs to the same bytes whenever its content is the same', async () => {
    await using folder = await temporaryFolder();
    const project = path.join(folder.path, 'project');
    await mkdir(project);
    await writeFile(path.join(project, 'setup.py'), 'pass');
    const first = await readPackage(project);
    await utimes(path.join(project, 'setup.py'), 1, 1);
    const second = await readPackage(project);
    expect(second.identity.sha256).toBe(first.identity.sha256);
    expect(first.identity.file).toBe('project.tar.gz');
  });

  test('keeps links as links, and names what it leaves out', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'setup.py'), "exec(open('venv/p.py').read())");
    await mkdir(path.join(folder.path, 'venv'));
    await writeFile(path.join(folder.path, 'venv', 'p.py'), 'PAYLOAD');
    await symlink('venv/p.py', path.join(folder.path, 'link'));
    await symlink('/mnt/data', path.join(folder.path, 'data'));
    const { bytes, leftOut } = await readPackage(folder.path);
    const tar = gunzipSync(bytes).toString('latin1');
    expect(tar).toContain('PAYLOAD');
    expect(tar.split('venv/p.py')).toHaveLength(4);
    expect(tar).not.toContain('/mnt/data');
    expect(leftOut).toEqual(['data']);
  });
});
