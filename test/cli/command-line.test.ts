import { expect, test } from 'vitest';
import { wantsJson } from '../../src/cli/command-line.ts';

test.each([
  [['report', '--format', 'json'], true],
  [['report', '--format=json'], true],
  [['analyze', 'json'], false],
  [['analyze', 'x', '-o', 'json', '--format', 'text'], false],
])('%j asks for JSON: %s', (argv, expected) => {
  expect(wantsJson(argv)).toBe(expected);
});
