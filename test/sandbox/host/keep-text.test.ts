import { PassThrough, type Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { keepHead, keepTail } from '../../../src/sandbox/host/keep-text.ts';

async function kept<T>(keep: (stream: Readable) => T): Promise<T> {
  const stream = new PassThrough();
  const held = keep(stream);
  for (const part of ['123', '456', '789']) stream.write(part);
  stream.end();
  await new Promise(resolve => stream.once('end', resolve));
  return held;
}

test.each([
  [9, '123456789', false],
  [8, '12345678', true],
  [6, '123456', true],
  [0, '', true],
])('of what a program says %i bytes are kept from its beginning: %j, cut: %j', async (limit, text, isCut) => {
  const head = await kept(stream => keepHead(stream, limit));
  expect([head.text(), head.isCut()]).toEqual([text, isCut]);
});

test('of what a program says its end is kept to the limit', async () => {
  const tails = [9, 8].map(limit => kept(stream => keepTail(stream, limit)));
  expect((await Promise.all(tails)).map(text => text())).toEqual(['123456789', '23456789']);
});
