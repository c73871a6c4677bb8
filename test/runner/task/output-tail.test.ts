import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputTail } from '../../../src/runner/task/output-tail.ts';

const encoder = new TextEncoder();

test('a short output is kept whole', () => {
  const tail = new OutputTail();
  tail.push(encoder.encode('a'.repeat(OutputTail.bytes)));
  expect(tail.toString()).toBe('a'.repeat(OutputTail.bytes));
});

test('of a longer one the end is kept', () => {
  const tail = new OutputTail();
  tail.push(encoder.encode(`b${'a'.repeat(OutputTail.bytes)}`));
  expect(tail.toString()).toBe('a'.repeat(OutputTail.bytes));
});

test('a character that was cut at the front is left out', () => {
  const tail = new OutputTail();
  tail.push(encoder.encode(`€${'a'.repeat(OutputTail.bytes - 1)}`));
  expect(tail.toString()).toBe('a'.repeat(OutputTail.bytes - 1));
});

test('does not depend on how the output is split', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 }), chunks => {
      const [split, whole] = [new OutputTail(), new OutputTail()];
      for (const chunk of chunks) split.push(chunk);
      whole.push(Uint8Array.from(chunks.flatMap(chunk => [...chunk])));
      expect(split.toString()).toBe(whole.toString());
    }),
  );
});
