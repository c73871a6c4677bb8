import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openFolderIndex } from '../../src/packages/index/folder-index.ts';
import type { IndexSource } from '../../src/packages/index/index-source.ts';
import { fetchRequirement, parseRequirement, type Requirement } from '../../src/packages/requirement.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

describe('an exact requirement', () => {
  test('is a name and a version', () => {
    expect(parseRequirement('jinja2==3.1.2')).toEqual({ name: 'jinja2', version: '3.1.2' });
    expect(parseRequirement('jinja2>=3')).toBeUndefined();
    expect(parseRequirement('../x==1')).toBeUndefined();
  });

  test('takes the sdist before the wheel', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'a-1.0-py3-none-any.whl'), 'PK\u0003\u0004');
    await writeFile(path.join(folder.path, 'a-1.0.tar.gz'), gzipSync('source'));
    const source = await openFolderIndex(folder.path);
    const found = await fetchRequirement(source, { name: 'A', version: '1.0.0' });
    expect(found.identity).toMatchObject({ kind: 'sdist', file: 'a-1.0.tar.gz' });
  });

  test('a version that is not there names those that are', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'a-1.0.tar.gz'), gzipSync(''));
    const source = await openFolderIndex(folder.path);
    await expect(fetchRequirement(source, { name: 'a', version: '2.0' })).rejects.toMatchObject({
      message: 'a==2.0: the index has no such version',
      help: 'it has 1.0',
    });
  });

  /** A folder that is an index of empty archives with these names. */
  async function take(files: readonly string[], requirement: Requirement) {
    await using folder = await temporaryFolder();
    for (const file of files) {
      await writeFile(path.join(folder.path, file), file.endsWith('.gz') ? gzipSync('') : 'PK\u0003\u0004');
    }
    return await fetchRequirement(await openFolderIndex(folder.path), requirement);
  }
  const [sdist, wheel, other] = ['a-1.0.tar.gz', 'a-1.0-py3-none-any.whl', 'a-1.0-cp311-cp311-any.whl'];

  test('takes the file that is named, and names the others', async () => {
    const named = await take([sdist, wheel], { name: 'a', version: '1.0', file: wheel });
    expect([named.identity.kind, named.others]).toEqual(['wheel', [sdist]]);
    const unnamed = await take([sdist, wheel], { name: 'a', version: '1.0' });
    expect([unnamed.identity.kind, unnamed.others]).toEqual(['sdist', [wheel]]);
  });

  test('of which there is neither sdist nor pure wheel names its files, not its version', async () => {
    await expect(take([other], { name: 'a', version: '1.0' })).rejects.toMatchObject({
      message: 'a==1.0: the index has no sdist or pure wheel of that version',
      help: `choose with --file: it has ${other}`,
    });
    await expect(take([other], { name: 'a', version: '1.0', file: 'b' })).rejects.toThrow('has no b of');
  });

  test('is not met by a file of another project that an index lists', async () => {
    const source: IndexSource = {
      projects: async () => [],
      files: async () => [{ filename: 'a-1.0-1.tar.gz', open: async () => new Blob([]).stream() }],
    };
    await expect(fetchRequirement(source, { name: 'a', version: '1' })).rejects.toThrow('no such version');
  });
});
