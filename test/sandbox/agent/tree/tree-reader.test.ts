import { expect, test } from 'vitest';
import { maxTreePathBytes } from '../../../../src/sandbox/agent/protocol.ts';
import { treeLimits } from '../../../../src/sandbox/agent/tree/tree-limits.ts';
import { TreeReader } from '../../../../src/sandbox/agent/tree/tree-reader.ts';
import { hello, nonce, numbered, streamBytes } from '../guest-frames.ts';

test('a tree may be as many bytes as the limit and no more', () => {
  const answer = streamBytes(numbered([hello, { bye: { frames: 1, entries: 0 } }]));
  const read = (bytes: number) => {
    const reader = new TreeReader(nonce, { ...treeLimits, bytes });
    for (const byte of answer) reader.push(Uint8Array.of(byte));
    return reader.end();
  };
  expect(read(answer.length)).toEqual({ startedUnixNs: 1_700_000_000_000_000_001n, entries: [] });
  const excess = `its files come to more than ${answer.length - 1} bytes`;
  expect(read(answer.length - 1)).toEqual({ problem: excess });
});

test('a tree may have as many entries as the limit, and of one more nothing is used', () => {
  const entries = ['/a', '/b', '/c'].map(path => ({ path: Buffer.from(path), type: 1, ctimeNs: '3' }));
  const answer = streamBytes(numbered([hello, { tree: { entries } }, { bye: { frames: 2, entries: 3 } }]));
  const read = (limit: number) => {
    const reader = new TreeReader(nonce, { ...treeLimits, entries: limit });
    reader.push(answer);
    return [reader.excess?.cap, reader.end()];
  };
  expect(read(3)).toEqual([
    undefined,
    expect.objectContaining({ entries: expect.objectContaining({ length: 3 }) }),
  ]);
  expect(read(2)).toEqual(['tree-size', { problem: 'its files come to more than 2 entries' }]);
});

/** What is read of one entry with this path and target. */
function readEntry(path: Uint8Array, target: Uint8Array) {
  const entry = { path, target, type: 3, sha256: new Uint8Array(), device: '1', inode: '2', ctimeNs: '3' };
  const frames = [hello, { tree: { entries: [entry] } }, { bye: { frames: 2, entries: 1 } }];
  const reader = new TreeReader(nonce);
  reader.push(streamBytes(numbered(frames)));
  return reader.end();
}

test('paths and targets may be as long as an agent tells them and no longer', () => {
  const [path, target] = [Buffer.alloc(maxTreePathBytes, 'x'), Buffer.alloc(4096, 'y')];
  expect(readEntry(path, target)).toMatchObject({ entries: [{ target: 'y'.repeat(4096) }] });
  const unreadable = { problem: 'a frame could not be read' };
  expect(readEntry(Buffer.alloc(maxTreePathBytes + 1, 'x'), target)).toEqual(unreadable);
  expect(readEntry(path, Buffer.alloc(4097, 'y'))).toEqual(unreadable);
});

test('no path is so long that all of its length hash the same', () => {
  // The longest of all: a mark before each of as many names as there can be.
  const path = Buffer.from('/\xff'.repeat(Math.floor(maxTreePathBytes / 2)), 'latin1');
  const tree = readEntry(path, Buffer.alloc(0));
  const rawPath = 'entries' in tree ? tree.entries[0]?.rawPath : undefined;
  expect(rawPath?.length).toBeGreaterThan(12_000);
  expect(rawPath?.length).toBeLessThan(16_384);
});
