import { describe, expect, test } from 'vitest';
import { Links, maxHops, maxLinks } from '../../../src/runner/disk/links.ts';

function links(targets: Readonly<Record<string, string>>): Links {
  const made = new Links();
  for (const [path, target] of Object.entries(targets)) made.add(path, target);
  return made;
}

test.each([
  ['/lib/x.so', '/usr/lib/x.so'],
  ['/usr/lib/x.so', '/usr/lib/x.so'],
  ['/venv/lib64/p', '/venv/lib/p'],
  ['/lib', '/usr/lib'],
  ['/twice/x.so', '/usr/lib/x.so'],
  ['/venv/up/etc', '/etc'],
  ['/deep/../y', '/a/y'],
  ['//lib/./x.so/', '/usr/lib/x.so'],
  ['/..', '/'],
  ['/', '/'],
])('%s leads to %s', (path, end) => {
  const machine = links({
    '/lib': 'usr/lib',
    '/twice': '/lib',
    '/venv/lib64': 'lib',
    '/venv/up': '../',
    '/deep': '/a/b',
  });
  expect(machine.follow(path)).toBe(end);
});

test.each([
  ['/proc/self/cwd/../x', '/proc/self/cwd/../x'],
  ['/proc/self/cwd/../../x', '/proc/self/cwd/../../x'],
  ['/sys/class/net/lo/../x', '/sys/class/net/lo/../x'],
  ['/dev/fd/3/../x', '/dev/fd/3/../x'],
  ['/l/cwd/../x', '/proc/self/cwd/../x'],
  ['/proc/../x', '/x'],
  ['/dev/shm/../x', '/dev/x'],
  ['/run/x/../y', '/run/y'],
])('%s leads to %s: what leads back out of what may be a link of the kernel stays', (path, end) => {
  expect(links({ '/l': '/proc/self' }).follow(path)).toBe(end);
});

test('the link at the end is kept when it is the link that is meant', () => {
  const machine = links({ '/a': '/b', '/a2': '/a' });
  expect(machine.follow('/a', 'kept')).toBe('/a');
  expect(machine.follow('/a2/x', 'kept')).toBe('/b/x');
});

test('links that lead in circles lead nowhere', () => {
  expect(links({ '/a': '/b', '/b': '/a' }).follow('/a/x')).toBeUndefined();
});

test('as many links one after the other as the limit are followed, and not one more', () => {
  const chain = (length: number) =>
    links(Object.fromEntries(Array.from({ length }, (_, at) => [`/link${at}`, `link${at + 1}`])));
  expect(chain(maxHops).follow('/link0')).toBe(`/link${maxHops}`);
  expect(chain(maxHops + 1).follow('/link0')).toBeUndefined();
});

test('a link that is removed or moved, by itself or with its folder, leads from where it is', () => {
  const machine = links({ '/d/l': '/x', '/m': '/y' });
  machine.move('/d', '/e');
  machine.remove('/m');
  expect([machine.follow('/d/l'), machine.follow('/e/l'), machine.follow('/m')]).toEqual([
    '/d/l',
    '/x',
    '/m',
  ]);
});

test("links, or folders with links in them, that change places lead from each other's", () => {
  const machine = links({ '/l': '/x', '/d/l': '/y' });
  machine.exchange('/l', '/d/l');
  expect([machine.follow('/l'), machine.follow('/d/l')]).toEqual(['/y', '/x']);
  machine.exchange('/d', '/plain');
  expect([machine.follow('/d/l'), machine.follow('/plain/l')]).toEqual(['/d/l', '/x']);
});

test('a link that something is renamed over is gone', () => {
  const machine = links({ '/l': '/x' });
  machine.move('/plain', '/l');
  expect(machine.follow('/l')).toBe('/l');
});

test('every change has another version', () => {
  const machine = links({ '/l': '/x' });
  const before = machine.version;
  machine.remove('/nothing');
  expect(machine.version).toBe(before);
  machine.remove('/l');
  expect(machine.version).not.toBe(before);
});

test('no more links are remembered than the limit, and it is told when there were more', () => {
  const machine = new Links();
  for (let index = 0; index < maxLinks; index += 1) machine.add(`/${index}`, '/x');
  expect([machine.follow(`/${maxLinks - 1}`), machine.isFull]).toEqual(['/x', false]);
  machine.add(`/${maxLinks}`, '/x');
  expect([machine.follow(`/${maxLinks}`), machine.isFull]).toEqual([`/${maxLinks}`, true]);
  machine.clear();
  machine.add(`/${maxLinks}`, '/x');
  expect([machine.follow(`/${maxLinks}`), machine.isFull]).toEqual(['/x', false]);
});

describe('a link that is gone leaves its room', () => {
  test.each<[string, (machine: Links, index: number) => void]>([
    ['removed', (machine, index) => machine.remove(`/d/${index}`)],
    ['removed with its folder', machine => machine.remove('/d')],
    [
      'removed with the folder that it was moved with',
      machine => {
        machine.move('/d', '/e');
        machine.remove('/e');
      },
    ],
    ['renamed over', (machine, index) => machine.move('/plain', `/d/${index}`)],
    ['renamed over by the next', (machine, index) => machine.move(`/d/${index}`, '/l')],
    [
      'given another target',
      (machine, index) => {
        machine.add(`/d/${index}`, '/y');
        machine.remove(`/d/${index}`);
      },
    ],
  ])('%s', (_, end) => {
    const machine = new Links(3);
    for (let index = 0; index < 10; index += 1) {
      machine.add(`/d/${index}`, '/x');
      end(machine, index);
    }
    expect(machine.isFull).toBe(false);
    machine.clear();
    for (const path of ['/1', '/2', '/3']) machine.add(path, '/x');
    expect(machine.isFull).toBe(false);
  });

  test('and one that is only moved does not', () => {
    const machine = new Links(3);
    machine.add('/a', '/x');
    for (let index = 0; index < 10; index += 1) {
      machine.move('/a', '/d/a');
      machine.move('/d/a', '/a');
    }
    machine.add('/b', '/x');
    machine.add('/c', '/x');
    expect(machine.isFull).toBe(false);
    machine.add('/d', '/x');
    expect(machine.isFull).toBe(true);
  });
});

test('a folder on the way to a link takes room as well, and one that is moved where there is none is lost', () => {
  const machine = new Links(2);
  machine.add('/d/l', '/x');
  machine.move('/d/l', '/a/b/l');
  expect([machine.follow('/a/b/l'), machine.isFull]).toEqual(['/a/b/l', true]);
});
