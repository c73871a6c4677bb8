import { expect, test } from 'vitest';
import { parseMirror } from '../../src/cli/mirror-option.ts';

test.each([
  'http://deb.example/debian',
  'https://user@deb.example:8080/debian/?x=1#y',
  'file:///srv/debian',
  'file:/srv/debian',
  '[check-valid-until=no] http://snapshot.example/20240101T000000Z',
  '[trusted=yes check-valid-until=no arch=amd64,arm64] file:///srv/debian',
  `http://${'x'.repeat(2000)}`,
])('%s is a mirror', mirror => {
  expect(parseMirror(mirror)).toBe(mirror);
});

test.each([
  '',
  'deb.example/debian',
  'ftp://deb.example',
  'http://',
  'http://deb.example bookworm main',
  'http://deb.example\ndeb http://other.example',
  '[check-valid-until=no]',
  '[check-valid-until=no http://deb.example',
  '[] http://deb.example',
  '[a]b] http://deb.example',
  `http://${'x'.repeat(2001)}`,
])('%j is no mirror', mirror => {
  expect(() => parseMirror(mirror)).toThrow(/a mirror is/);
});
