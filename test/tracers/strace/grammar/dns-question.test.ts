import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDnsQuestion } from '../../../../src/tracers/strace/grammar/dns-question.ts';

const header = [0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];

function label(text: string): readonly number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

function message(...rest: readonly number[]): Uint8Array {
  return Uint8Array.from([...header, ...rest]);
}

test('the name asked for is read', () => {
  expect(readDnsQuestion(message(...label('files'), ...label('example'), 0, 0, 1, 0, 1))).toBe(
    'files.example',
  );
});

test.each([
  ['an answer', Uint8Array.from([0, 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, ...label('a'), 0, 0, 1, 0, 1])],
  ['no question', Uint8Array.from([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
  ['a name that is cut', message(...label('a'), 5, 0x61)],
  ['a question without its type', message(...label('a'), 0, 0, 1)],
  ['a compressed name', message(0xc0, 12, 0, 1, 0, 1)],
  ['a label longer than 63', message(...label('a'.repeat(64)), 0, 0, 1, 0, 1)],
  [
    'a name longer than 255',
    message(
      ...Array(5)
        .fill(label('a'.repeat(60)))
        .flat(),
      0,
      0,
      1,
      0,
      1,
    ),
  ],
  ['the root', message(0, 0, 1, 0, 1)],
])('%s is no question', (_, bytes) => {
  expect(readDnsQuestion(bytes)).toBeUndefined();
});

test('no bytes make it throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), bytes => void readDnsQuestion(bytes)));
});
