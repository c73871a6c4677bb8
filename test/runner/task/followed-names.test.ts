import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { treeEntry } from '../disk/events.ts';
import { live } from '../live.ts';
import { chunk, frames } from '../scripted-session.ts';

/** A machine with `/home/mira/l`, a link to `~/Documents`. */
const tree = [treeEntry('/home/mira/l', { type: 'symlink', target: '/home/mira/Documents' })];

/** Where the last call's names lead, in a task that was traced as one chunk. */
async function namesOf(trace: readonly string[]): Promise<readonly (string | undefined)[]> {
  const build = frames(chunk('trace', trace.map(line => `${line}\n`).join('')));
  const { writer } = await live({ tasks: { build }, trees: { boot: tree } }, { tracer: strace });
  const last = writer.events.filter(one => one.task === 'build').at(-1)?.event;
  return last === undefined ? [] : pathsOf(last);
}

function pathsOf(event: Event): readonly (string | undefined)[] {
  return [
    'path' in event ? event.path : undefined,
    ...('path2' in event && event.path2 !== undefined ? [event.path2] : []),
  ];
}

const key = '/home/mira/.ssh/id_rsa';
const keyToK = [key, '/home/mira/k'];

test.each<[string, readonly string[], readonly string[]]>([
  ['back out of a link', ['1 link("/home/mira/l/../.ssh/id_rsa", "/home/mira/k") = 0'], keyToK],
  [
    'back out of a link that the task made',
    [
      '1 symlink("/home/mira/Documents", "/tmp/l") = 0',
      '1 rename("/tmp/l/../.ssh/id_rsa", "/tmp/l/../k") = 0',
    ],
    keyToK,
  ],
  [
    'in the folder that a link leads to',
    [
      '1 symlink("/home/mira/.ssh", "/tmp/l") = 0',
      '1 chdir("/tmp/l") = 0',
      '1 unlink("/tmp/l") = 0',
      '1 mkdir("/tmp/l", 0777) = 0',
      '1 rename("id_rsa", "../k") = 0',
    ],
    keyToK,
  ],
  [
    'in the folder above the one that a link leads to',
    ['1 chdir("/home/mira/l") = 0', '1 chdir("..") = 0', '1 rename(".ssh/id_rsa", "k") = 0'],
    keyToK,
  ],
  [
    "in a folder by its process' root",
    ['1 chdir("/proc/self/root/home/mira/.ssh") = 0', '1 rename("id_rsa", "../k") = 0'],
    keyToK,
  ],
  [
    'back out of a folder in /proc, where nobody knows whereto',
    ['1 chdir("/home/mira/project") = 0', '1 rename("/proc/self/cwd/../.ssh/id_rsa", "/home/mira/k") = 0'],
    ['/proc/self/cwd/../.ssh/id_rsa', '/home/mira/k'],
  ],
  [
    'by a link that the call follows',
    [
      `1 symlink("${key}", "/tmp/l") = 0`,
      '1 linkat(AT_FDCWD</tmp>, "l", AT_FDCWD</tmp>, "/home/mira/k", AT_SYMLINK_FOLLOW) = 0',
    ],
    keyToK,
  ],
  [
    'by a link that the call takes itself',
    [
      `1 symlink("${key}", "/tmp/l") = 0`,
      '1 linkat(AT_FDCWD</tmp>, "l", AT_FDCWD</tmp>, "/home/mira/k", 0) = 0',
    ],
    ['/tmp/l', '/home/mira/k'],
  ],
])('a file that is named %s is told by its place', async (_, trace, expected) => {
  expect(await namesOf(trace)).toEqual(expected);
});

const asked = (path: string) =>
  `1 connect(3, {sa_family=AF_UNIX, sun_path="${path}"}, 25) = -1 ENOENT (No such file)`;

test.each<[string, readonly string[]]>([
  ['by its folder', ['1 chdir("/run") = 0', asked('docker.sock')]],
  ['by a detour', [asked('/run//x/../docker.sock')]],
  ["by its process' root", [asked('/proc/self/root/run/docker.sock')]],
  ['by a link to it', ['1 symlink("/run/docker.sock", "/tmp/d") = 0', asked('/tmp/d')]],
  [
    'in a message',
    [
      '1 chdir("/run") = 0',
      '1 sendto(3, "x", 1, 0, {sa_family=AF_UNIX, sun_path="docker.sock"}, 14) = -1 EACCES (Permission denied)',
    ],
  ],
])('a socket that is named %s is told by its place, though nobody answers', async (_, trace) => {
  expect(await namesOf(trace)).toEqual(['/run/docker.sock']);
});

test('a program keeps the name that it was started by, and has its place beside it', async () => {
  const exec = (path: string) => `1 execve("${path}", ["x"], 0x1 /* 0 vars */) = 0`;
  const linked = '1 symlink("d", "/tmp/l") = 0';
  expect(await namesOf([linked, exec('/tmp/l/x')])).toEqual(['/tmp/l/x', '/tmp/d/x']);
  expect(await namesOf([linked, exec('/tmp/l/../x')])).toEqual(['/tmp/x']);
  expect(await namesOf(['1 symlink("/srv/d", "/tmp/l") = 0', exec('/tmp/l/../x')])).toEqual(['/srv/x']);
  const itself = '1 symlink("/srv/d/x", "/tmp/x") = 0';
  expect(await namesOf([itself, exec('/tmp/x')])).toEqual(['/tmp/x', '/srv/d/x']);
  expect(await namesOf([exec('/tmp/x')])).toEqual(['/tmp/x']);
});
