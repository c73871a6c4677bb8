import { expect, test } from 'vitest';
import { normalizePath, resolvePath } from '../../src/base/posix-path.ts';

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
