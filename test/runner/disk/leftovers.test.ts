import { describe, expect, test } from 'vitest';
import { linuxPlaces } from '../../../src/model/places.ts';
import type { TreeEntry } from '../../../src/model/ports.ts';
import { leftoversBetween, maxLeftovers } from '../../../src/runner/disk/leftovers.ts';

function entry(path: string, changes: Partial<TreeEntry> = {}): TreeEntry {
  return { path, type: 'file', bytes: 1, mode: 0o644, uid: 1000, gid: 1000, ctime_ns: 1n, ...changes };
}
const between = (before: readonly TreeEntry[], after: readonly TreeEntry[]) =>
  leftoversBetween(before, after, { home: '/home/mira', places: linuxPlaces('mira', '/home/mira') });

describe('a path that was there before', () => {
  test.each([
    ['its size', { bytes: 2 }],
    ['its mode', { mode: 0o755 }],
    ['its change time, the content put back', { ctime_ns: 2n }],
    ['its type', { type: 'symlink', target: '/x' }],
  ] as const)('is modified when %s differs', (_, changes) => {
    expect(between([entry('/etc/x')], [entry('/etc/x', changes)]).found).toEqual([
      { path: '/etc/x', change: 'modified' },
    ]);
  });

  test('is not modified as a folder because of what is in it', () => {
    const folder = { type: 'directory' } as const;
    const after = entry('/etc', { ...folder, bytes: 9, ctime_ns: 9n });
    expect(between([entry('/etc', folder)], [after]).found).toEqual([]);
  });
});

describe('exceptions', () => {
  test.each([
    '/home/mira/project',
    '/home/mira/project/build/x.o',
    '/home/mira/wheelhouse/a.whl',
    '/home/mira/dist/a.whl',
    '/srv/venv/lib/python3.11/site-packages/pip/_vendor/rich/__pycache__/box.cpython-311.pyc',
    '/srv/venv/lib/python3.11/site-packages/__pycache__',
  ])('%s is expected, and counted', path => {
    expect(between([], [entry(path)])).toEqual({ found: [], excepted: 1, isCut: false });
  });

  test.each([
    '/home/mira/projects',
    '/home/mira/.bashrc',
    '/home/other/project/x',
    '/srv/venv/lib/python3.11/site-packages/evil.pth',
    '/srv/venv/lib/python3.11/site-packages/__pycache__/evil.cpython-311.pyc',
    '/srv/venv/lib/python3.11/site-packages/pip/__init__.py',
    '/home/mira/project\n/x',
  ])('%s is a leftover', path => {
    expect(between([], [entry(path)]).found).toEqual([{ path, change: 'added' }]);
  });
});

describe('on Windows', () => {
  const machine = {
    home: 'C:\\Users\\mira',
    places: { separator: '\\', venvPython: 'C:\\buildhaus\\venv\\Scripts\\python.exe' },
  } as const;

  test.each([
    'C:\\Users\\mira\\project\\build\\x.obj',
    'C:\\Users\\Mira\\Dist',
    'C:\\buildhaus\\venv\\Lib\\site-packages\\pip\\_vendor\\__pycache__\\box.cpython-312.pyc',
    'C:\\Users\\mira\\work\\__pycache__',
  ])('%s is expected, and counted', path => {
    expect(leftoversBetween([], [entry(path)], machine)).toEqual({ found: [], excepted: 1, isCut: false });
  });

  test.each([
    'C:\\Users\\mira\\projects',
    'C:\\buildhaus\\venv\\Lib\\site-packages\\evil.pth',
    'C:\\elsewhere\\Lib\\site-packages\\pip\\__pycache__\\box.cpython-312.pyc',
  ])('%s is a leftover, spelled as the machine does', path => {
    expect(leftoversBetween([], [entry(path)], machine).found).toEqual([{ path, change: 'added' }]);
  });
});

test('as many are kept as the limit says, and it is told when there were more', () => {
  const many = Array.from({ length: maxLeftovers + 1 }, (_, index) => entry(`/tmp/${index}`));
  expect(between([], many.slice(1))).toMatchObject({ isCut: false });
  const cut = between([], many);
  expect(cut.found).toHaveLength(maxLeftovers);
  expect(cut.isCut).toBe(true);
});
