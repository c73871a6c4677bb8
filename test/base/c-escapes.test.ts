import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unescapeC } from '../../src/base/c-escapes.ts';

function decode(text: string): readonly number[] {
  const bytes = new TextEncoder().encode(text);
  return [...unescapeC(bytes, 0, bytes.length)];
}

test.each([
  ['plain', [...'plain'].map(c => c.charCodeAt(0))],
  ['\\n\\t\\r\\f\\v\\"\\\\', [10, 9, 13, 12, 11, 0x22, 0x5c]],
  ['\\0\\1\\12\\377\\0019', [0, 1, 10, 255, 1, 0x39]],
  ['\\18', [1, 0x38]],
  ['\\x4a\\xfF', [0x4a, 255]],
  ['\\x4', [0x78, 0x34]],
  ['\\777', [255]],
  ['\\q', [0x71]],
  ['\\', [0x5c]],
])('%j stands for the bytes %j', (text, bytes) => {
  expect(decode(text)).toEqual(bytes);
});

test('any bytes, escaped as the tracer does, come back as they were', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      expect(decode([...bytes].map(escaped).join(''))).toEqual([...bytes]);
    }),
  );
});

const named = new Map([
  [0x0a, '\\n'],
  [0x09, '\\t'],
  [0x0d, '\\r'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

/** strace writes fewer digits where no digit follows, and a reader cannot lean on that: here the least that is clear. */
function escaped(byte: number, index: number, all: readonly number[]): string {
  const name = named.get(byte);
  if (name !== undefined) return name;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  const next = all[index + 1] ?? 0;
  return `\\${byte.toString(8).padStart(next >= 0x30 && next <= 0x37 ? 3 : 1, '0')}`;
}
