import { expect, test } from 'vitest';
import { Folders } from '../../../src/runner/disk/folders.ts';

test('a path is in a folder that it is, or is below', () => {
  const folders = new Folders();
  expect(folders.isIn('/a/b')).toBe(false);
  folders.add('/a/b');
  for (const path of ['/a/b', '/a/b/c', '/a/b/c/d']) expect(folders.isIn(path), path).toBe(true);
  for (const path of ['/', '/a', '/a/bc', '/a/c', '/b']) expect(folders.isIn(path), path).toBe(false);
});

test('what was answered before a folder came or all were forgotten is asked anew', () => {
  const folders = new Folders();
  folders.add('/x');
  expect(folders.isIn('/a/b')).toBe(false);
  folders.add('/a');
  expect(folders.isIn('/a/b')).toBe(true);
  folders.clear();
  expect(folders.isIn('/a/b')).toBe(false);
});

test('every path of a chain of folders as deep as an agent lists is asked, at one look each', () => {
  const folders = new Folders();
  folders.add('/elsewhere');
  const deepest = '/d'.repeat(15_000);
  for (let end = 2; end <= deepest.length; end += 2) {
    expect(folders.isIn(deepest.slice(0, end))).toBe(false);
  }
});
