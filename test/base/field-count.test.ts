import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasAtMostFields } from '../../src/base/field-count.ts';
import { decodeFrame, maxFrameFields } from '../../src/sandbox/agent/protocol.ts';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);

test('fields of a message and of those in it count', () => {
  // seq = 1; exit { code: 1, timed_out: true }
  const message = bytes(0x08, 0x01, 0x22, 0x04, 0x08, 0x01, 0x18, 0x01);
  expect(hasAtMostFields(message, 4)).toBe(true);
  expect(hasAtMostFields(message, 3)).toBe(false);
});

test('what reaches beyond its message, has no end or no known kind is no message', () => {
  expect(hasAtMostFields(bytes(0x22, 0x02, 0x0a), 10)).toBe(false);
  expect(hasAtMostFields(bytes(0x22, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 10)).toBe(
    false,
  );
  expect(hasAtMostFields(bytes(0x0f), 10)).toBe(false);
});

test('any bytes are counted in a time of their length, and never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), (message, limit) => {
      expect(typeof hasAtMostFields(message, limit)).toBe('boolean');
    }),
  );
});

test('a frame may have as many fields as its limit', () => {
  const treeOf = (count: number) => {
    const entries = Array.from({ length: count }, () => [0x0a, 0x00]).flat();
    const length = [entries.length & 0x7f, (entries.length >> 7) & 0x7f].map(digits => digits | 0x80);
    return bytes(0x08, 0x01, 0x32, ...length, entries.length >> 14, ...entries);
  };
  // Its own two fields count too. More entries than 512 are then refused by the schema.
  expect(hasAtMostFields(treeOf(maxFrameFields - 2), maxFrameFields)).toBe(true);
  expect(hasAtMostFields(treeOf(maxFrameFields - 1), maxFrameFields)).toBe(false);
  expect(decodeFrame(treeOf(512))?.body).toBe('tree');
  expect(decodeFrame(treeOf(513))).toBeUndefined();
});
