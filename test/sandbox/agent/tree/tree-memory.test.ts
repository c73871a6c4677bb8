import { describe, expect, test } from 'vitest';
import { CapReached } from '../../../../src/model/caps.ts';
import { treeLimits } from '../../../../src/sandbox/agent/tree/tree-limits.ts';
import { TreeMemory } from '../../../../src/sandbox/agent/tree/tree-memory.ts';
import type { GuestTreeEntry } from '../../../../src/sandbox/agent/tree/tree-reader.ts';

const second = 1_000_000_000n;

function entry(path: string, changes: Partial<GuestTreeEntry> = {}): GuestTreeEntry {
  return {
    path,
    rawPath: undefined,
    type: 'file',
    bytes: 1,
    mode: 0o644,
    uid: 0,
    gid: 0,
    ctime_ns: 1n,
    target: '',
    sha256: undefined,
    device: '1',
    inode: path,
    links: 1,
    whole: false,
    isUnread: false,
    ...changes,
  };
}

const folder = (path: string, changes: Partial<GuestTreeEntry> = {}) =>
  entry(path, { type: 'directory', ...changes });

/** A memory that was told `entries` at second 10. */
function remembering(...entries: readonly GuestTreeEntry[]) {
  const memory = new TreeMemory();
  memory.merge({ startedUnixNs: 10n * second, entries });
  return {
    memory,
    later: (...news: readonly GuestTreeEntry[]) =>
      memory.merge({ startedUnixNs: 20n * second, entries: news }),
  };
}

const paths = (tree: readonly { readonly path: string }[]) => tree.map(({ path }) => path);

describe('the question', () => {
  test('is for everything at first, then for what changed since the last answer, less a second', () => {
    const { memory, later } = remembering();
    expect(new TreeMemory().question()).toEqual({ sinceUnixNs: '0', firstUnixNs: '0' });
    expect(memory.question()).toEqual({ sinceUnixNs: String(9n * second), firstUnixNs: String(9n * second) });
    later();
    expect(memory.question()).toEqual({
      sinceUnixNs: String(19n * second),
      firstUnixNs: String(9n * second),
    });
  });
});

describe('an answer', () => {
  test('leaves what it does not speak of as it was', () => {
    expect(paths(remembering(entry('/a'), entry('/b')).later())).toEqual(['/a', '/b']);
  });

  test('that leaves an entry alone gives the very object of before', () => {
    const { memory, later } = remembering(entry('/a'));
    const [before] = memory.merge({ startedUnixNs: 10n * second, entries: [entry('/a')] });
    expect(later(entry('/b'))[0]).toBe(before);
    expect(later(entry('/a'))[0]).not.toBe(before);
  });

  test('replaces an entry', () => {
    const [only] = remembering(entry('/a')).later(entry('/a', { bytes: 2, ctime_ns: 2n }));
    expect(only).toMatchObject({ path: '/a', bytes: 2 });
  });

  test('removes from a folder that is told whole what is no longer in it, at any depth', () => {
    const known = [
      folder('/d'),
      entry('/d/x'),
      folder('/d/e'),
      entry('/d/e/y'),
      entry('/d-'),
      entry('/dx'),
      entry('/z'),
    ];
    const news = [
      folder('/d', { whole: true }),
      folder('/d/e', { whole: true }),
      folder('/dx', { whole: true }),
    ];
    const tree = remembering(...known).later(...news, entry('/d/n'));
    expect(paths(tree)).toEqual(['/d', '/d-', '/d/e', '/d/n', '/dx', '/z']);
  });

  test('removes what is in the root, which is told whole, and not the root', () => {
    const tree = remembering(folder('/'), entry('/a')).later(
      folder('/', { whole: true }),
      folder('/b', { whole: true }),
    );
    expect(paths(tree)).toEqual(['/', '/b']);
    expect(paths(remembering(folder('/')).later(folder('/x', { whole: true })))).toEqual(['/', '/x']);
  });

  test('gives a file that was moved with its folder the hash that is known of it', () => {
    const known = [folder('/d'), entry('/d/x', { inode: '7', sha256: 'ab' })];
    const tree = remembering(...known).later(
      folder('/', { whole: true }),
      folder('/e'),
      entry('/e/x', { inode: '7' }),
    );
    expect(tree.find(({ path }) => path === '/e/x')).toMatchObject({ sha256: 'ab' });
  });

  test.each([
    ['changed since', { ctime_ns: 2n }],
    ['was too large to be hashed', { isUnread: true }],
    ['is another file', { inode: '8' }],
  ] as const)('gives no hash to a file that %s', (_, changes) => {
    const tree = remembering(entry('/x', { inode: '7', sha256: 'ab' })).later(
      entry('/x', { inode: '7', ...changes }),
    );
    expect(tree[0]?.sha256).toBeUndefined();
  });

  test('keeps names apart that read the same', () => {
    const tree = remembering(entry('/\ufffd', { rawPath: '1' })).later(entry('/\ufffd', { rawPath: '2' }));
    expect(tree.map(({ raw_path }) => raw_path)).toEqual(['1', '2']);
  });

  test('tells which names are of one file', () => {
    const [file, dir] = remembering().later(
      entry('/a', { links: 2, inode: '7' }),
      folder('/b', { links: 2, inode: '8' }),
    );
    expect([file?.shared_with, dir?.shared_with]).toEqual(['1:7', undefined]);
  });
});

describe('a tree', () => {
  const of = (...paths: readonly string[]) => ({
    startedUnixNs: 10n * second,
    entries: paths.map(path => entry(path, path === '/l' ? { type: 'symlink', target: '12345' } : {})),
  });

  test('may grow to its limit of entries, and of one more nothing is remembered', () => {
    const memory = new TreeMemory({ ...treeLimits, entries: 2 });
    memory.merge(of('/a'));
    expect(memory.merge(of('/b'))).toHaveLength(2);
    const question = memory.question();
    expect(() => memory.merge(of('/c'))).toThrow(CapReached);
    expect(memory.question()).toEqual(question);
    expect(memory.merge(of('/b'))).toHaveLength(2);
  });

  test('may have as many characters in its paths and targets as the limit and no more', () => {
    const merge = (characters: number) =>
      new TreeMemory({ ...treeLimits, characters }).merge(of('/l', '/abc'));
    expect(merge(11)).toHaveLength(2);
    expect(() => merge(10)).toThrow('its files come to more than 10 characters');
  });
});
