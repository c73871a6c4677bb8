import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expandXpress } from '../../../../src/tracers/etw/container/expand-xpress.ts';
import { compressXpress } from '../../../helpers/etl/compress-xpress.ts';

function expand(input: Uint8Array, bytes: number): Uint8Array | undefined {
  const output = new Uint8Array(bytes);
  return expandXpress(input, output) ? output : undefined;
}

test('what was compressed comes back', () => {
  const piece = fc.record({ bytes: fc.uint8Array({ maxLength: 20 }), times: fc.nat(40) });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
      const plain = Buffer.concat(pieces.flatMap(({ bytes, times }) => Array<Uint8Array>(times).fill(bytes)));
      expect(plain.equals(expand(compressXpress(plain), plain.length) ?? Buffer.of())).toBe(true);
    }),
  );
});

test.each([9, 10, 24, 25, 279, 280, 281, 65_538, 65_539, 200_000])(
  'a run of %i bytes is one match of a width',
  bytes => {
    const plain = Buffer.alloc(bytes + 1, 'a');
    expect(plain.equals(expand(compressXpress(plain), plain.length) ?? Buffer.of())).toBe(true);
  },
);

test('the example of the specification', () => {
  // MS-XCA 3.1: 26 letters are literals, 300 letters "abcabc..." are three literals and a match of 297.
  const letters = Buffer.from(`3f000000${Buffer.from('abcdefghijklmnopqrstuvwxyz').toString('hex')}`, 'hex');
  expect(Buffer.from(expand(letters, 26) ?? []).toString()).toBe('abcdefghijklmnopqrstuvwxyz');
  const repeated = Buffer.from('ffffff1f61626317000fff2601', 'hex');
  expect(Buffer.from(expand(repeated, 300) ?? []).toString()).toBe('abc'.repeat(100));
});

test('input that ends early, or points before the beginning, expands to nothing', () => {
  const good = compressXpress(Buffer.alloc(300, 'abc'));
  for (let length = 0; length < good.length; length += 1) {
    expect(expand(good.subarray(0, length), 300)).toBeUndefined();
  }
  expect(expand(Buffer.from('000000800000', 'hex'), 3)).toBeUndefined();
});
