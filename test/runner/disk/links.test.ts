import { expect, test } from 'vitest';
import { Links, maxLinks } from '../../../src/runner/disk/links.ts';

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

test('the link at the end is kept when it is the link that is meant', () => {
  const machine = links({ '/a': '/b', '/a2': '/a' });
  expect(machine.follow('/a', 'kept')).toBe('/a');
  expect(machine.follow('/a2/x', 'kept')).toBe('/b/x');
});

test('links that lead in circles lead nowhere', () => {
  expect(links({ '/a': '/b', '/b': '/a' }).follow('/a/x')).toBeUndefined();
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

test('no more links are remembered than the limit', () => {
  const machine = new Links();
  for (let index = 0; index <= maxLinks; index += 1) machine.add(`/${index}`, '/x');
  expect(machine.follow(`/${maxLinks - 1}`)).toBe('/x');
  expect(machine.follow(`/${maxLinks}`)).toBe(`/${maxLinks}`);
});
