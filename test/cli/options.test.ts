import { describe, expect, test } from 'vitest';
import { wantsColour } from '../../src/cli/output.ts';
import { collect, maxDurationMs, parseDuration } from '../../src/cli/parse-option.ts';

describe('options', () => {
  test.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['24h', maxDurationMs],
  ])('%s is %d milliseconds', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(['', '0', '-1', '5d', '1e9', '1.5h', '9999999', '25h', '999999h', '86401'])(
    '%j is no duration',
    text => {
      expect(() => parseDuration(text)).toThrow(/duration/);
    },
  );

  test('a repeatable option keeps the order it was given in', () => {
    expect(collect('b', collect('a', undefined))).toEqual(['a', 'b']);
  });

  test.each([
    ['a terminal', { isTTY: true }, {}, true],
    ['a pipe', {}, {}, false],
    ['a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, false],
    ['a pipe with FORCE_COLOR', {}, { FORCE_COLOR: '1' }, true],
  ])('%s decides about colours', (_, stream, env, expected) => {
    expect(wantsColour(stream, env)).toBe(expected);
  });
});
