import { expect, test } from 'vitest';
import { hasDots, joinPath, normalizePath, resolvePath } from '../../src/base/posix-path.ts';

test.each([
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a//b/', '/a/b'],
  ['/a/./b/.', '/a/b'],
  ['/a/../../b', '/b'],
  ['/..', '/'],
  ['/a/...', '/a/...'],
  ['/.a/..b', '/.a/..b'],
  ['a/../..', '..'],
  ['./a', 'a'],
  ['.', '.'],
  ['', '.'],
])('%j without detours is %j', (path, normal) => {
  expect(normalizePath(path)).toBe(normal);
});

test('a name is resolved against its folder unless it is absolute', () => {
  expect(resolvePath('/srv', 'a/../b')).toBe('/srv/b');
  expect(resolvePath('/srv', '/b')).toBe('/b');
  expect(resolvePath('/', 'b')).toBe('/b');
});

test.each([
  ['/srv', 'a/../b', '/srv/a/../b'],
  ['/srv', '../b', '/srv/../b'],
  ['/srv', './a//../b/', '/srv/a/../b'],
  ['/srv', '/../../b', '/b'],
  ['/srv', '/..', '/'],
  ['/srv', 'a//b/.', '/srv/a/b'],
  ['srv', 'a/../b', 'srv/a/../b'],
  ['/', 'b', '/b'],
])('in %s, %s is %s: what leads back behind a name stays', (folder, name, joined) => {
  expect(joinPath(folder, name)).toBe(joined);
});

test('only a path that may lead back somewhere has dots', () => {
  expect(['/a/../b', '/a/..', '/a/..b'].map(hasDots)).toEqual([true, true, true]);
  expect(['/a/b', '..', '/a.../b'].map(hasDots)).toEqual([false, false, false]);
});
