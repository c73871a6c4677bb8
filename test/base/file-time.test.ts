import { expect, test } from 'vitest';
import { fileTimeToUnixNs, unixMsToFileTime } from '../../src/base/file-time.ts';

test('Windows counts 100 ns since 1601, which is 134774 days before 1970', () => {
  expect(fileTimeToUnixNs(134_774n * 86_400n * 10_000_000n)).toBe(0n);
  expect(unixMsToFileTime(0)).toBe(134_774n * 86_400n * 10_000_000n);
});

test('a time goes there and back', () => {
  const ms = Date.UTC(2026, 10, 21, 14, 35);
  expect(fileTimeToUnixNs(unixMsToFileTime(ms))).toBe(BigInt(ms) * 1_000_000n);
  expect(fileTimeToUnixNs(unixMsToFileTime(0) + 1n)).toBe(100n);
});
