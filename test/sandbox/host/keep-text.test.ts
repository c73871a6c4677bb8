import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { keepHead, keepTail } from '../../../src/sandbox/host/keep-text.ts';

async function kept(keep: typeof keepHead, limit: number): Promise<string> {
  const stream = new PassThrough();
  const text = keep(stream, limit);
  for (const part of ['123', '456', '789']) stream.write(part);
  stream.end();
  await new Promise(resolve => stream.once('end', resolve));
  return text();
}

test('of what a program says its beginning is kept, or its end, to the limit', async () => {
  expect([await kept(keepHead, 9), await kept(keepHead, 8), await kept(keepHead, 0)]).toEqual([
    '123456789',
    '12345678',
    '',
  ]);
  expect([await kept(keepTail, 9), await kept(keepTail, 8)]).toEqual(['123456789', '23456789']);
});
