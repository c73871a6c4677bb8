import { readdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openTrace } from '../../src/app/parse-trace.ts';
import { UserError } from '../../src/base/user-error.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test.skipIf(process.platform !== 'linux')('a file that no tracer knows is closed again', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'long.txt');
  await writeFile(file, 'plain text\n'.repeat(100_000));
  await expect(openTrace(file, 'auto', new AbortController().signal)).rejects.toThrow(UserError);
  await expect.poll(openFiles).not.toContain(file);
});

async function openFiles(): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd');
  return Promise.all(descriptors.map(number => readlink(`/proc/self/fd/${number}`).catch(() => '')));
}
