import { expect, test } from 'vitest';
import { TreeReader } from '../../../../src/sandbox/agent/tree/tree-reader.ts';
import { hello, nonce, numbered, streamBytes } from '../guest-frames.ts';

test('a tree may be as many bytes as the limit and no more', () => {
  const answer = streamBytes(numbered([hello, { bye: { frames: 1, entries: 0 } }]));
  const read = (limit: number) => {
    const reader = new TreeReader(nonce, limit);
    for (const byte of answer) reader.push(Uint8Array.of(byte));
    return reader.end();
  };
  expect(read(answer.length)).toEqual({ startedUnixNs: 1_700_000_000_000_000_001n, entries: [] });
  expect(read(answer.length - 1)).toEqual({ problem: `more than ${answer.length - 1} bytes` });
});
