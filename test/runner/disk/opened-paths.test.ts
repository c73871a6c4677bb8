import { describe, expect, test } from 'vitest';
import type { FileEvent } from '../../../src/model/event.ts';
import { Links } from '../../../src/runner/disk/links.ts';
import { maxWaitingOpens, OpenedPaths } from '../../../src/runner/disk/opened-paths.ts';
import { Witness, type WitnessLimits } from '../../../src/runner/disk/witness.ts';
import { fileEvent } from './events.ts';

function machine(
  targets: Readonly<Record<string, string>> = {},
  limits: Partial<WitnessLimits & { links: number }> = {},
) {
  const links = new Links(limits.links);
  for (const [path, target] of Object.entries(targets)) links.add(path, target);
  const witness = new Witness(links, limits);
  return { witness, opened: new OpenedPaths(links, witness) };
}

const differing = (named: string, opened: string): FileEvent =>
  fileEvent('file.open', opened, { path2: named, access: 'read', flags: ['argument-differs'] });
const plain = (path: string) => fileEvent('file.open', path, { access: 'read' });

test('an open whose argument is what was opened stays as it is', () => {
  expect(machine().opened.judge(plain('/x'))).toEqual(plain('/x'));
});

describe('an argument that leads to what was opened', () => {
  test.each([
    ['by a link on the way', '/lib/x.so', '/usr/lib/x.so'],
    ['by a link at the end', '/etc/mtab', '/proc/4/mounts'],
    ['behind a link and back', '/lib/../share/x', '/usr/share/x'],
    ['in /proc, whose links are of each process', '/proc/self/fd/3', '/home/a/x'],
    ['by a link to /proc', '/dev/stdin', '/dev/pts/0'],
    ['in /sys', '/sys/class/net/lo', '/sys/devices/virtual/net/lo'],
  ])('%s is an open like any other', (_, named, opened) => {
    const links = { '/lib': 'usr/lib', '/etc/mtab': '../proc/self/mounts' };
    expect(machine(links).opened.judge(differing(named, opened))).toEqual(plain(opened));
  });

  test('from a root of its own is an open like any other', () => {
    const { witness, opened } = machine();
    witness.see(fileEvent('file.mount', '/tmp/jail', { call: 'chroot' }));
    expect(opened.judge(differing('/etc/x', '/tmp/jail/etc/x'))).toEqual(plain('/tmp/jail/etc/x'));
  });

  test('by a rename that was traced later is one, when the task has ended', () => {
    const { witness, opened } = machine();
    expect(opened.judge(differing('/tmp/a/x', '/tmp/b/x'))).toBeUndefined();
    witness.see(fileEvent('file.rename', '/tmp/a', { path2: '/tmp/b' }));
    expect(opened.release()).toEqual([plain('/tmp/b/x')]);
  });
});

describe('an argument that leads elsewhere', () => {
  test('is unexplained, when the task has ended', () => {
    const { opened } = machine();
    expect(opened.judge(differing('/tmp/decoy', '/home/a/.ssh/id'))).toBeUndefined();
    expect(opened.release()).toEqual([
      { ...differing('/tmp/decoy', '/home/a/.ssh/id'), flags: ['argument-differs', 'unexplained'] },
    ]);
    expect(opened.release()).toEqual([]);
  });

  test('is unexplained also when what was opened has no path', () => {
    const { opened } = machine();
    opened.judge(fileEvent('file.open', '/tmp/decoy', { flags: ['argument-differs'] }));
    expect(opened.release()[0]?.flags).toContain('unexplained');
  });

  test('is not made good by a rename of something else', () => {
    const { witness, opened } = machine();
    opened.judge(differing('/tmp/decoy', '/home/a/.ssh/id'));
    witness.see(fileEvent('file.rename', '/tmp/decoy', { path2: '/tmp/other' }));
    expect(opened.release()[0]?.flags).toContain('unexplained');
  });

  test('is judged also where its end is not shown: a name that long cannot be opened', () => {
    const { opened } = machine();
    opened.judge({ ...differing('/tmp/a', '/tmp/b'), flags: ['argument-differs', 'truncated'] });
    expect(opened.release()[0]?.flags).toContain('unexplained');
  });

  test.each([
    ['links', { links: 0 }, fileEvent('file.symlink', '/l', { path2: '/x' })],
    ['changed paths', { witnessed: 0 }, fileEvent('file.write', '/x')],
  ])('is not judged where there were more %s than are remembered', (_, limits, event) => {
    const { witness, opened } = machine({}, limits);
    const one = differing('/tmp/a', '/tmp/b');
    for (let index = 0; index < maxWaitingOpens; index += 1) opened.judge(one);
    witness.see(event);
    expect(opened.judge(one)).toEqual(one);
    expect(opened.release()).toEqual(Array.from({ length: maxWaitingOpens }, () => one));
  });

  test('is held back as often as the limit says, then judged at once', () => {
    const { opened } = machine();
    const one = differing('/tmp/a', '/tmp/b');
    for (let index = 0; index < maxWaitingOpens; index += 1) expect(opened.judge(one)).toBeUndefined();
    expect(opened.judge(one)?.flags).toContain('unexplained');
  });
});
