import { expect, test } from 'vitest';
import { readPath } from '../../../src/sandbox/agent/read-path.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('a path that is UTF-8 is its text and nothing else', () => {
  expect(readPath(Buffer.from('/tmp/é\n"x'))).toEqual({ text: '/tmp/é\n"x', raw: undefined });
});

test('paths that are no UTF-8 read the same and are told apart', () => {
  const [one, other] = [readPath(bytes('/tmp/a\xff')), readPath(bytes('/tmp/a\xfe'))];
  expect([one.text, other.text]).toEqual(['/tmp/a\ufffd', '/tmp/a\ufffd']);
  expect(one.raw).not.toBe(other.raw);
});

test('a folder is the beginning of what is in it, whatever the names', () => {
  const folder = Buffer.from('/tmp/é');
  expect(readPath(Buffer.concat([folder, bytes('/\xff')])).raw?.startsWith('/tmp/é/')).toBe(true);
});

test('no name can be chosen to look like one that is no UTF-8', () => {
  const { raw } = readPath(bytes('/\xff'));
  expect(readPath(Buffer.from(raw ?? '')).text).not.toBe(raw);
});
