import { expect, test } from 'vitest';
import { createKeyPair } from '../../../src/sandbox/ssh/create-key-pair.ts';

const good = createKeyPair();
const bad = { ...good, private: good.private.replace(/\n.{20}/, '\n') };

test('a key that cannot be read is made anew', () => {
  const made = [bad, bad, good];
  expect(createKeyPair(() => made.shift() ?? bad)).toBe(good);
});

test('keys that can never be read are no key', () => {
  expect(() => createKeyPair(() => bad)).toThrow('no key');
});
