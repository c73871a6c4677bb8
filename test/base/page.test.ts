import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toPage } from '../../src/base/page.ts';

test('any bytes become a text of as many characters', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      const page = toPage(bytes);
      expect(page.text.length).toBe(bytes.length);
      expect(page.isAscii).toBe(bytes.every(byte => byte < 0x80));
    }),
  );
});

test.each([
  ['a byte order mark', [0xef, 0xbb, 0xbf, 0x61]],
  ['a byte that is no UTF-8', [0x61, 0xff]],
  ['a character of several bytes', [0xc3, 0xa9]],
  ['the replacement character itself', [0xef, 0xbf, 0xbd]],
])('%s is not taken for ASCII', (_, bytes) => {
  const { isAscii, text } = toPage(Uint8Array.from(bytes));
  expect([isAscii, text.length]).toEqual([false, bytes.length]);
});

test('ASCII is itself', () => {
  expect(toPage(new TextEncoder().encode('a\0\u007f\n'))).toMatchObject({
    isAscii: true,
    text: 'a\0\u007f\n',
  });
});
