import { crc32, inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { quine } from './quine.ts';

test('an archive of itself holds itself, byte for byte', () => {
  const archive = Buffer.from(quine('evil-1.0/the-very-same-archive.zip'));
  const content = inflateRawSync(archive.subarray(30 + archive.readUInt16LE(26)));
  expect(content.equals(archive)).toBe(true);
  expect(archive.readUInt32LE(14)).toBe(crc32(archive));
});

test('a name whose length its instructions cannot say is refused', () => {
  expect(() => quine('x')).toThrow('bits are no instruction');
});
