import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCommandLine } from '../../../src/sandbox/windows/command-line.ts';
import { bootstrap, encodeScript, plainWord, quoted } from '../../../src/sandbox/windows/powershell.ts';
import { splitCommandLine } from '../../../src/tracers/etw/text/command-line.ts';

/** As PowerShell reads a literal: a doubled quote is one, and any of its five quote characters ends it. */
function readLiteral(text: string): string {
  const inner = text.slice(1, -1);
  const bare = inner.replace(/(['\u2018-\u201B])\1/g, '');
  if (/['\u2018-\u201B]/.test(bare)) throw new Error('the literal ends early');
  return inner.replace(/(['\u2018-\u201B])\1/g, '$1');
}

describe('what is sent to a Windows machine', () => {
  test('is a literal that PowerShell reads back, whatever the text', () => {
    const text = fc.string({ unit: 'binary' }).filter(one => !one.includes('\0'));
    fc.assert(
      fc.property(text, value => {
        expect(readLiteral(quoted(value))).toBe(value);
      }),
    );
  });

  test.each(["it's", '\u2019; Remove-Item C:\\ #', '$(calc)', '`n', "''", '"a" & b | c > d %PATH% ^'])(
    'cannot break out of its literal: %s',
    text => expect(readLiteral(quoted(text))).toBe(text),
  );

  test('never has NUL in it', () => {
    expect(() => quoted('a\0b')).toThrow('NUL');
  });

  test('is for cmd one line of plain words, always the same', () => {
    expect(bootstrap.map(plainWord).join(' ')).toBe(bootstrap.join(' '));
    expect(bootstrap.join(' ').length).toBeLessThan(8191);
  });

  test.each(['a b', '"', '%PATH%', 'a&b', 'a\nb', '^', '!x!', ''])(
    'is refused as a word for cmd: %j',
    word => {
      expect(() => plainWord(word)).toThrow('not a plain word');
    },
  );

  test('carries bytes after the script as they are', () => {
    const sent = Buffer.from(encodeScript('$x', Buffer.from([0, 10, 255])));
    const end = sent.indexOf('\n');
    expect(Buffer.from(sent.subarray(0, end).toString(), 'base64').toString()).toMatch(/\n\$x$/);
    expect([...sent.subarray(end + 1)]).toEqual([0, 10, 255]);
  });
});

describe('a command line', () => {
  test.each([
    [['a', 'b c'], 'a "b c"'],
    [[''], '""'],
    [['C:\\Program Files\\'], '"C:\\Program Files\\\\"'],
    [['say "hi"'], '"say \\"hi\\""'],
    [['a\\"b'], '"a\\\\\\"b"'],
    [['C:\\x\\y.py'], 'C:\\x\\y.py'],
  ])('%j is written as C programs read it', (argv, line) => {
    expect(toCommandLine(argv)).toBe(line);
  });

  test('comes apart into the same arguments as our reader of Windows traces sees them, whatever they are', () => {
    const argument = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\t', "'", '%', 'é') });
    fc.assert(
      fc.property(fc.array(argument), argv => {
        expect(splitCommandLine(`x.exe ${toCommandLine(argv)}`).words).toEqual(['x.exe', ...argv]);
      }),
    );
  });
});
