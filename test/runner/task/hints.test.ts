import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Hint, UnreadableHint } from '../../../src/runner/task/hints.ts';
import { HintReader, maxHintLineBytes, maxHints } from '../../../src/runner/task/hints.ts';

const encoder = new TextEncoder();

function readAll(...chunks: readonly Uint8Array[]): readonly (Hint | UnreadableHint)[] {
  const reader = new HintReader();
  return [...chunks.flatMap(bytes => reader.push(bytes)), ...reader.end()];
}
const read = (text: string) => readAll(encoder.encode(text));

describe('the hint stream', () => {
  test('gives one claim a line, the last also without an end', () => {
    expect(read('{"hint":"reason","text":"a"}\n{"hint":"reason","text":"b"}')).toMatchObject([
      { hint: 'reason', text: 'a' },
      { hint: 'reason', text: 'b' },
    ]);
  });

  test.each([
    ['no JSON', 'hello'],
    ['an unknown hint', '{"hint":"verdict","behaviour":"clean"}'],
    [
      'a count that is no count',
      '{"hint":"tests","framework":"x","passed":-1,"failed":0,"skipped":0,"errors":0}',
    ],
    ['work that no probe does', '{"hint":"partial","what":"trace-bytes","done":1,"total":2}'],
    ['a list', '[1]'],
    ['a deep list', '['.repeat(5000)],
    ['an empty line', ''],
  ])('does not read %s', (_, line) => {
    expect(read(`${line}\n`)).toMatchObject([{ hint: 'unreadable', reason: 'unreadable-hint' }]);
  });

  test('shortens texts and keeps the time as a number of its own', () => {
    const [hint] = read(`{"hint":"reason","text":"${'a'.repeat(600)}","unix_ns":"1700000000123456789"}\n`);
    expect(hint).toMatchObject({ text: 'a'.repeat(500), unixNs: 1_700_000_000_123_456_789n });
  });

  test('a claimed prototype is a plain value', () => {
    const [hint] = read('{"hint":"package","name":"a","version":"1","__proto__":{"hint":"reason"}}\n');
    expect(hint).toMatchObject({ hint: 'package' });
  });

  test('reads a line at the limit, and not one above it', () => {
    const line = (length: number) => '{"hint":"reason","text":"a"}'.padEnd(length);
    expect(read(`${line(maxHintLineBytes)}\n`)).toMatchObject([{ hint: 'reason' }]);
    expect(read(`${line(maxHintLineBytes + 1)}\n`)).toMatchObject([
      { hint: 'unreadable', reason: 'hint-too-long', length: maxHintLineBytes + 1 },
    ]);
  });

  test('keeps as many hints as the limit, and says when there were more', () => {
    const reader = new HintReader();
    const line = encoder.encode('{"hint":"reason","text":"a"}\n');
    for (let count = 0; count < maxHints; count += 1) expect(reader.push(line)).toHaveLength(1);
    expect(reader.isFull).toBe(false);
    expect(reader.push(line)).toHaveLength(0);
    expect(reader.isFull).toBe(true);
  });

  test('says where an unreadable line stood', () => {
    expect(read('{"hint":"reason","text":"ä"}\nx\n')).toMatchObject([{}, { offset: 30, length: 1 }]);
  });

  test('is read the same however its chunks are split, and never throws', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant('{"hint":"module","name":"ä","ok":true}'),
    );
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const bytes = encoder.encode(lines.join('\n'));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        expect(readAll(...chunks)).toEqual(readAll(bytes));
      }),
    );
  });
});
