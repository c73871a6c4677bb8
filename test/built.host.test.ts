import { execFile } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from './helpers/temporary-folder.ts';

test('each file that a built one imports is there, also one that is only asked for when it is needed', async () => {
  await using folder = await temporaryFolder();
  const compiler = path.resolve('node_modules', '.bin', 'tsc');
  await promisify(execFile)(compiler, ['-p', 'tsconfig.build.json', '--outDir', folder.path]);
  const files = (await readdir(folder.path, { recursive: true })).filter(name => name.endsWith('.js'));
  expect(files.length).toBeGreaterThan(100);
  const missing: string[] = [];
  for (const file of files) {
    const from = path.join(folder.path, file);
    for (const [, imported = ''] of (await readFile(from, 'utf8')).matchAll(relativeImport)) {
      const isThere = access(path.resolve(path.dirname(from), imported)).then(
        () => true,
        () => false,
      );
      if (!(await isThere)) missing.push(`${file}: ${imported}`);
    }
  }
  expect(missing).toEqual([]);
});

const relativeImport = /(?:\bfrom |\bimport |\bimport\()["'](\.[^"']+)["']/g;
