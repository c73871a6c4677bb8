import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hasGroupLimits } from '../helpers/group-limits.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test.each<[string, Readonly<Record<string, string>>, boolean]>([
  [
    'the root of cgroup v2',
    { 'cgroup.controllers': 'cpu memory pids\n', 'cgroup.subtree_control': '\n' },
    true,
  ],
  ['a root whose memory is limited by cgroup v1', { 'cgroup.controllers': 'cpu pids\n' }, false],
  [
    'a container’s group, which its own processes are in',
    {
      'cgroup.type': 'domain\n',
      'cgroup.controllers': 'cpu memory pids\n',
      'cgroup.subtree_control': '\n',
    },
    false,
  ],
  [
    'a container’s group that passes its limits on',
    { 'cgroup.type': 'domain\n', 'cgroup.subtree_control': 'memory pids\n' },
    true,
  ],
  ['cgroup v1 alone', {}, false],
])('whether a command’s group has limits is known on %s', async (_host, files, expected) => {
  await using folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder.path, name), content);
  expect(await hasGroupLimits(folder.path)).toBe(expected);
});
