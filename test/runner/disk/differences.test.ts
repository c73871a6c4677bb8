import { describe, expect, test } from 'vitest';
import type { TreeEntry } from '../../../src/model/ports.ts';
import { differencesBetween } from '../../../src/runner/disk/differences.ts';
import { treeEntry } from './events.ts';

const entry = (changes: Partial<TreeEntry> = {}) => treeEntry('/x', changes);

const between = (before: TreeEntry, after: TreeEntry) =>
  [...differencesBetween([before], [after])].map(({ change, isHashed }) => `${change}${isHashed ? '' : '?'}`);

describe('a path of both trees', () => {
  test.each([
    ['another content', { sha256: 'cd' }, ['content']],
    ['another content of the same size and time', { sha256: 'cd', ctime_ns: 1n }, ['content']],
    ['the same content written anew', { ctime_ns: 2n }, []],
    ['a content that could not be hashed', { sha256: undefined, ctime_ns: 2n }, ['content?']],
    ['another mode and owner', { mode: 0o4755, uid: 1 }, ['mode', 'owner']],
    ['another group', { gid: 1 }, ['owner']],
    ['another type', { type: 'directory' }, ['deleted', 'created']],
  ] as const)('with %s differs so', (_, changes, expected) => {
    const { sha256, ...rest } = { ...entry(), ...changes };
    expect(between(entry(), sha256 === undefined ? rest : { ...rest, sha256 })).toEqual(expected);
  });

  test('that never was hashed is judged by size and time', () => {
    const { sha256: _, ...plain } = entry();
    expect(between(plain, plain)).toEqual([]);
    expect(between(plain, { ...plain, ctime_ns: 1n })).toEqual([]);
    expect(between(plain, { ...plain, ctime_ns: 2n })).toEqual(['content?']);
    expect(between(plain, { ...plain, bytes: 2 })).toEqual(['content?']);
  });

  test('is a link that leads elsewhere', () => {
    const link = entry({ type: 'symlink', target: '/a', mode: 0o777 });
    expect(between(link, { ...link, target: '/b', mode: 0o700 })).toEqual(['target']);
  });

  test('is a folder, which does not differ by what is in it', () => {
    const folder = entry({ type: 'directory' });
    expect(between(folder, { ...folder, bytes: 9, ctime_ns: 9n })).toEqual([]);
  });
});

test('what is in one tree only was created or deleted', () => {
  const changes = [...differencesBetween([entry({ path: '/a' })], [entry({ path: '/b', is_unread: true })])];
  expect(changes.map(({ path, change, isHashed }) => [path, change, isHashed])).toEqual([
    ['/b', 'created', false],
    ['/a', 'deleted', true],
  ]);
});

test('names that read the same are two files', () => {
  const [one, two] = [entry({ raw_path: '1' }), entry({ raw_path: '2' })];
  expect([...differencesBetween([one, two], [one])]).toHaveLength(1);
});
