import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkPython } from '../../../src/sandbox/image/check-python.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const recipe = { python: '3.11', suite: 'bookworm' };

test.each([
  ['python3.11', undefined],
  ['python3.12', 'the recipe names Python 3.11, but bookworm has 3.12'],
  ['python3.1', 'the recipe names Python 3.11, but bookworm has 3.1'],
  ['/etc/alternatives/python3', 'bookworm got no /usr/bin/python3'],
])('a tree whose python3 is %s: %s', async (target, complaint) => {
  await using tree = await temporaryFolder();
  await mkdir(path.join(tree.path, 'usr/bin'), { recursive: true });
  await symlink(target, path.join(tree.path, 'usr/bin/python3'));
  const answer = await checkPython(tree.path, recipe).catch((error: Error) => error.message);
  expect(answer).toBe(complaint);
});

test('a tree without a Python says which package list to mend', async () => {
  await using tree = await temporaryFolder();
  await expect(checkPython(tree.path, recipe)).rejects.toMatchObject({
    kind: 'usage',
    help: expect.stringContaining('"packages"'),
  });
});
