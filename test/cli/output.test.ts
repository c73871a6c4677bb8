import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openOutput } from '../../src/cli/output.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

describe('a file for the report', () => {
  test('that cannot be written is refused when it is opened', async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, 'taken'));
    for (const name of ['not-there/report', 'taken']) {
      const opened = openOutput(path.join(folder.path, name));
      await expect(opened).rejects.toMatchObject({
        kind: 'usage',
        help: expect.stringContaining('--output'),
      });
    }
  });

  test('is not there before it is written: its folder may be the package', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'report');
    await using output = await openOutput(file);
    expect(await readdir(folder.path)).toEqual([]);
    await output.write('new');
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  test('keeps what stands in it until there is something else', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'report');
    await writeFile(file, 'older and longer');
    await using output = await openOutput(file);
    expect(await readFile(file, 'utf8')).toBe('older and longer');
    await output.write('new');
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  test('on a full disk says that there is no room', async () => {
    await using output = await openOutput('/dev/full');
    await expect(output.write('x')).rejects.toMatchObject({
      kind: 'host',
      message: expect.stringContaining('/dev/full'),
    });
  });
});
