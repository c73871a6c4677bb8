import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clip } from '../../src/base/clip.ts';

test.each([
  ['a text at the limit stays', 'abcde', 5, 'abcde'],
  ['a longer one ends with a mark', 'abcdef', 5, 'abcd…'],
  ['a pair of surrogates is one character', '🐍🐍🐍', 3, '🐍🐍🐍'],
  ['and is never split', '🐍🐍🐍🐍', 3, '🐍🐍…'],
])('%s', (_, text, limit, clipped) => {
  expect(clip(text, limit)).toBe(clipped);
});

test('is never longer than the limit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
      expect([...clip(text, limit)].length).toBeLessThanOrEqual(limit);
    }),
  );
});
