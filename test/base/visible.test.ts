import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visible } from '../../src/base/visible.ts';

describe('text for a terminal', () => {
  test.each([
    ['what is plain stays', 'Jinja2-3.1.2.tar.gz ~/.ssh/id_rsa', 'Jinja2-3.1.2.tar.gz ~/.ssh/id_rsa'],
    ['letters of all scripts stay', 'naïve 日本語 Ελληνικά 🐍', 'naïve 日本語 Ελληνικά 🐍'],
    ['a colour is shown, not set', 'zz\u001b[2K\u001b[1G[ok]', 'zz\\x1b[2K\\x1b[1G[ok]'],
    ['the clipboard is not written (OSC 52)', '\u001b]52;c;aGk=\u0007', '\\x1b]52;c;aGk=\\x07'],
    ['an eight-bit CSI is shown', '\u009b31m', '\\x9b31m'],
    ['DEL is shown', 'a\u007f', 'a\\x7f'],
    ['NUL is shown', 'a\u0000b', 'a\\x00b'],
    ['a line stays one line', 'a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['other line ends are shown', 'a\u2028b\u2029c\u0085d', 'a\\u{2028}b\\u{2029}c\\x85d'],
    ['a right-to-left override is shown', 'gpj.\u202eexe', 'gpj.\\u{202e}exe'],
    ['isolates are shown', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['zero width is shown', 'pyt\u200bhon\ufeff', 'pyt\\u{200b}hon\\u{feff}'],
    ['a soft hyphen is shown', 'py\u00adthon', 'py\\xadthon'],
    ['tags are shown', 'a\u{e0041}', 'a\\u{e0041}'],
    ['fillers that draw nothing are shown', '\u3164\u115f\u2800', '\\u{3164}\\u{115f}\\u{2800}'],
    ['spaces that are no space are shown', 'a\u00a0b\u3000c', 'a\\xa0b\\u{3000}c'],
    ['half a surrogate pair is shown', 'a\ud800b', 'a\\u{d800}b'],
    ['private characters are shown', '\ue000', '\\u{e000}'],
    ['a backslash is told from an escape', 'a\\x1b', 'a\\\\x1b'],
  ])('%s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test('never holds what acts on a terminal, reorders, or is not seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(visible(text)).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
        );
      }),
    );
  });

  test('two texts never look the same because of the escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(read(visible(text))).toBe(text);
      }),
    );
  });
});

/** The inverse of `visible`, to show that it loses nothing. */
function read(shown: string): string {
  const names: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };
  return shown.replace(
    /\\(?:x([0-9a-f]{2})|u\{([0-9a-f]+)\}|([nrt\\]))/g,
    (_, two: string | undefined, more: string | undefined, name: string | undefined) =>
      name === undefined ? String.fromCodePoint(Number.parseInt(two ?? more ?? '', 16)) : (names[name] ?? ''),
  );
}
