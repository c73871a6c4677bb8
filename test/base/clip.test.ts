import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clip, clipNames, clippedNames } from '../../src/base/clip.ts';

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

test('of many names the first are named, and the rest counted', () => {
  const names = Array.from({ length: clippedNames.names }, (_, number) => `n${number}`);
  expect(clipNames(names)).toBe('n0, n1, n2, n3, n4, n5, n6, n7, n8, n9');
  expect(clipNames([...names, 'one', 'two'])).toBe('n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 2 more');
});

test('a long name among others is shortened', () => {
  const longest = 'x'.repeat(clippedNames.length);
  expect(clipNames([longest, `${longest}x`])).toBe(`${longest}, ${longest.slice(1)}…`);
});
