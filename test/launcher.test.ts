import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from './helpers/temporary-folder.ts';

/** A checkout whose npm and compiler only note that they were called. */
async function checkout(home: string): Promise<void> {
  const at = (...names: readonly string[]) => path.join(home, ...names);
  await mkdir(at('src'));
  await mkdir(at('bin'));
  await mkdir(at('node_modules/.bin'), { recursive: true });
  await copyFile('buildhaus', at('buildhaus'));
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.build.json', 'src/main.ts']) {
    await writeFile(at(name), '{}');
    await utimes(at(name), 1, 1);
  }
  await writeFile(at('bin/npm'), '#!/bin/sh\necho npm >> calls\n');
  const compiler = 'echo tsc >> calls; mkdir -p dist; sleep 0.2; echo "console.log(1)" > dist/main.js';
  await writeFile(at('node_modules/.bin/tsc'), `#!/bin/sh\n${compiler}\n`);
  for (const name of ['buildhaus', 'bin/npm', 'node_modules/.bin/tsc']) await chmod(at(name), 0o755);
}

test('two first starts at once set up once, and both run', async () => {
  await using folder = await temporaryFolder();
  await checkout(folder.path);
  const env = { ...process.env, PATH: `${path.join(folder.path, 'bin')}:${process.env['PATH']}` };
  const start = () => promisify(execFile)(path.join(folder.path, 'buildhaus'), [], { env });
  const ended = await Promise.all([start(), start(), start()]);
  expect(ended.map(({ stdout }) => stdout)).toEqual(['1\n', '1\n', '1\n']);
  expect(await readFile(path.join(folder.path, 'calls'), 'utf8')).toBe('npm\ntsc\n');
});
