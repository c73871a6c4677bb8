import { expect, test } from 'vitest';
import { MAX_WORDS, splitCommandLine } from '../../../../src/tracers/etw/text/command-line.ts';

const { raw } = String;

// The second half is the table of Microsoft's "Parsing C command-line arguments", and runs of quotes as its runtime has them.
test.each([
  ['', []],
  ['python', ['python']],
  ['python  -m\tpip ', ['python', '-m', 'pip']],
  [
    raw`"C:\Program Files\Python\python.exe" -c pass`,
    [raw`C:\Program Files\Python\python.exe`, '-c', 'pass'],
  ],
  [raw`C:\a\b.exe "c d\" e`, [raw`C:\a\b.exe`, 'c d" e']],
  [raw`"a\" b`, ['a\\', 'b']],
  [raw`"a b"c d`, ['a bc', 'd']],
  ['  x', ['', 'x']],
  [raw`p "a b c" d e`, ['p', 'a b c', 'd', 'e']],
  [raw`p "ab\"c" "\\" d`, ['p', 'ab"c', '\\', 'd']],
  [raw`p a\\\b d"e f"g h`, ['p', raw`a\\\b`, 'de fg', 'h']],
  [raw`p a\\\"b c d`, ['p', raw`a\"b`, 'c', 'd']],
  [raw`p a\\\\"b c" d e`, ['p', raw`a\\b c`, 'd', 'e']],
  [raw`p a"b"" c d`, ['p', 'ab" c d']],
  [raw`p "a""b" c`, ['p', 'a"b', 'c']],
  [raw`p """a b"""`, ['p', '"a b"']],
  [raw`p "" x`, ['p', '', 'x']],
  [raw`p "unclosed x`, ['p', 'unclosed x']],
  [raw`p trailing\\`, ['p', raw`trailing\\`]],
  ['p \ud800 \0', ['p', '\ud800', '\0']],
])('%j becomes %j', (line, words) => {
  expect(splitCommandLine(line)).toEqual({ words, isCut: false });
});

test('a line of more words than are kept is cut and says so', () => {
  const line = Array.from({ length: MAX_WORDS }, (_, index) => `w${index}`).join(' ');
  expect(splitCommandLine(line)).toMatchObject({ isCut: false });
  const { words, isCut } = splitCommandLine(`${line} one-more`);
  expect([words.length, words.at(-1), isCut]).toEqual([MAX_WORDS, `w${MAX_WORDS - 1}`, true]);
});
