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
