import { createHash } from 'node:crypto';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addSources, hashPath } from '../../../src/sandbox/image/hash-path.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

async function hashSources(folder: string): Promise<string> {
  const hash = createHash('sha256');
  await addSources(hash, folder, 'sources');
  return hash.digest('hex');
}

test("a file's hash is the sha256 that other programs compute", async () => {
  await using home = await temporaryFolder();
  const file = join(home.path, 'x');
  await writeFile(file, 'abc');
  expect(await hashPath(file)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  const large = Buffer.alloc(3 * 1024 * 1024, 7);
  await writeFile(file, large);
  expect(await hashPath(file)).toBe(createHash('sha256').update(large).digest('hex'));
});

test("a tree's hash changes with a content, a permission, a name and the target of a link", async () => {
  await using home = await temporaryFolder();
  const seen = new Set<string>();
  const note = async () => seen.add(await hashPath(home.path));
  await writeFile(join(home.path, 'x'), 'a');
  await note();
  await writeFile(join(home.path, 'x'), 'b');
  await note();
  await chmod(join(home.path, 'x'), 0o600);
  await note();
  await mkdir(join(home.path, 'y'));
  await note();
  await symlink('one', join(home.path, 'y/link'));
  await note();
  await symlink('two', join(home.path, 'y/other'));
  await note();
  expect(seen.size).toBe(6);
});

test('sources are the same whatever a compiler, Python or umask left there', async () => {
  await using home = await temporaryFolder();
  await writeFile(join(home.path, 'agent.c'), 'int main;');
  const before = await hashSources(home.path);
  await writeFile(join(home.path, 'agent'), 'binary');
  await writeFile(join(home.path, 'agent.o'), 'object');
  await mkdir(join(home.path, '__pycache__'));
  await chmod(join(home.path, 'agent.c'), 0o664);
  expect(await hashSources(home.path)).toBe(before);
  await chmod(join(home.path, 'agent.c'), 0o755);
  expect(await hashSources(home.path)).not.toBe(before);
});

test('sources that are not there are told from those that are empty', async () => {
  await using home = await temporaryFolder();
  expect(await hashSources(join(home.path, 'none'))).not.toBe(await hashSources(home.path));
});
