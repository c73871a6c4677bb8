import { execFileSync } from 'node:child_process';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createSessionFolder,
  removeOrphans,
  sessionsFolder,
} from '../../../src/sandbox/qemu/session-folder.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

let home: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  home = await temporaryFolder();
  vi.stubEnv('XDG_CACHE_HOME', home.path);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await home[Symbol.asyncDispose]();
});

/** A process that ended, such that its number may be anybody's. */
function endedPid(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
}

async function abandonedFolder(mark: string): Promise<string> {
  const folder = join(sessionsFolder(), 'abandoned');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'owner.json'), mark);
  await utimes(folder, 0, 0);
  return folder;
}

test("a session's folder is closed to others and gone when disposed of", async () => {
  const folder = await createSessionFolder(undefined);
  expect((await stat(folder.machine)).mode & 0o777).toBe(0o700);
  await folder[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  expect(await readdir(sessionsFolder())).toEqual([]);
});

test('the folder of a living process is left alone', async () => {
  await using folder = await createSessionFolder(undefined);
  expect(await removeOrphans()).toBe(0);
  expect((await stat(folder.path)).isDirectory()).toBe(true);
});

test('the folder of a process that ended is removed', async () => {
  await abandonedFolder(JSON.stringify({ pid: endedPid(), bootId: 'x', startTime: '1' }));
  expect(await removeOrphans()).toBe(1);
  expect(await readdir(sessionsFolder())).toEqual([]);
});

test("a number that now is another process's does not keep a folder", async () => {
  await abandonedFolder(JSON.stringify({ pid: process.pid, bootId: 'x', startTime: '1' }));
  expect(await removeOrphans()).toBe(1);
});

test('a folder whose mark cannot be read is removed once it is old', async () => {
  const folder = await abandonedFolder('not JSON');
  await utimes(folder, new Date(), new Date());
  expect(await removeOrphans()).toBe(0);
  await utimes(folder, 0, 0);
  expect(await removeOrphans()).toBe(1);
});

test('a cache whose path is too long for a socket is refused with a fix', async () => {
  vi.stubEnv('XDG_CACHE_HOME', join(home.path, 'x'.repeat(100)));
  await expect(createSessionFolder(undefined)).rejects.toThrow('too long for a socket');
});
