import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strace } from '../../../src/tracers/strace/index.ts';
import { parseTrace } from '../parse.ts';
import { quote } from './quote.ts';

const folder = join(import.meta.dirname, '../../../traces-fixtures/strace');
const fixtures = readdirSync(folder)
  .filter(file => file.endsWith('.strace'))
  .map(file => readFileSync(join(folder, file)));

/** Bytes that mean something to the parser, more often than chance would have them. */
const grammarBytes = fc.constantFrom(...new TextEncoder().encode('0179 \n\r\t"\\()[]{}<>,=/*+-.:?_aAeE'));
const hostile = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: grammarBytes.map(byte => [byte]) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map(byte => [byte]) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom(
          '7 openat(AT_FDCWD</a>, "',
          '7 clone(',
          ') = 8\n',
          ' <unfinished ...>\n',
          '7 <... clone resumed>',
          '8 +++ exited with 0 +++\n',
          '7 +++ superseded by execve in pid 8 +++\n',
          '[pid 9] ',
          '8 execve("/b", ["',
          '7 sendmsg(3<UDP:[1.2.3.4:5->6.7.8.9:53]>, {msg_name={sa_family=AF_INET, sin_port=htons(53)}, msg_iov=[{iov_base="',
          '1700000000.5 ',
          'strace: Process 8 attached',
          ' | 0',
          ' > ',
          '% time seconds\n',
          '8 exit_group(0) = ?\n',
        )
        .map(text => [...new TextEncoder().encode(text)]),
    },
  ),
  { maxLength: 200 },
);

const wholeLines = fc.constantFrom(
  '7 getpid() = 7',
  '7 openat(AT_FDCWD, "/a", O_RDONLY <unfinished ...>',
  '7 <... openat resumed>) = 3',
  '8 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>',
  '8 <... clone resumed>) = 9',
  '9 exit_group(0) = ?',
  '9 +++ exited with 0 +++',
  '8 +++ killed by SIGKILL +++',
  '7 --- SIGCHLD {si_signo=SIGCHLD} ---',
  '7 +++ superseded by execve in pid 8 +++',
  'strace: Process 9 attached',
);
/** Without a bracket nothing begins a call: such a line stands for itself. */
const junkLines = fc
  .string({ maxLength: 30, unit: 'binary-ascii' })
  .map(text => text.replace(/[\n\r([]/g, ''));

describe('for any trace', () => {
  test('where chunks are split does not matter', () => {
    for (const trace of fixtures) {
      const whole = parseTrace(strace, trace, { chunkBytes: trace.length });
      expect(parseTrace(strace, trace, { chunkBytes: 1 })).toEqual(whole);
      expect(parseTrace(strace, trace, { chunkBytes: 61 })).toEqual(whole);
    }
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (parts, chunkBytes) => {
        const trace = Uint8Array.from(parts.flat());
        expect(parseTrace(strace, trace, { chunkBytes })).toEqual(parseTrace(strace, trace));
      }),
    );
  });

  test('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), bytes => void parseTrace(strace, bytes)));
    fc.assert(
      fc.property(hostile, parts => void parseTrace(strace, Uint8Array.from(parts.flat()))),
      { numRuns: 500 },
    );
  });

  test('a trace cut anywhere keeps what stood before the cut', () => {
    for (const trace of fixtures) {
      const cut = Math.floor(trace.length * 0.6);
      expect(parseTrace(strace, trace.subarray(0, cut)).length).toBeGreaterThan(0);
    }
  });

  test('every line is an event or a diagnostic, or goes on with one that is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(wholeLines, junkLines), { maxLength: 40 }), lines => {
        const told = new Set(parseTrace(strace, `${lines.join('\n')}\n`).map(item => item.source_offset));
        let offset = 0;
        for (const line of lines) {
          if (!/resumed>|^ [>|] /.test(line)) expect(told).toContain(offset);
          offset += line.length + 1;
        }
      }),
    );
  });
});

test('a path of any bytes comes back as it was', () => {
  const pathBytes = fc.uint8Array({ minLength: 1, maxLength: 60 }).map(bytes => bytes.map(byte => byte || 1));
  fc.assert(
    fc.property(pathBytes, fc.constantFrom('shortest', 'hex'), (name, style) => {
      const path = Uint8Array.from([0x2f, 0x70, 0x2f, 0x78, ...name, 0x78]);
      const line = `7 openat(AT_FDCWD, "${quote(path, style)}", O_RDONLY) = 3 <0.000001>\n`;
      const [event, ...more] = parseTrace(strace, line);
      const text = new TextDecoder().decode(path);
      expect(more).toEqual([]);
      expect(event).toMatchObject({ kind: 'file.open', ok: true, ret: 3, dur_ns: 1000 });
      if (!/\/(\/|\.\.?(\/|$))/.test(text)) expect(event).toHaveProperty('path', text);
    }),
    { numRuns: 500 },
  );
});

test('a descriptor of any path comes back as it was', () => {
  const pathBytes = fc.uint8Array({ minLength: 1, maxLength: 60 }).map(bytes => bytes.map(byte => byte || 1));
  fc.assert(
    fc.property(pathBytes, name => {
      const path = Uint8Array.from([0x2f, 0x70, ...name, 0x78]);
      const line = `7 read(3<${quote(path, 'shortest', '<>')}>, "x", 1) = 1\n`;
      expect(parseTrace(strace, line)).toMatchObject([
        { kind: 'file.read', path: new TextDecoder().decode(path), bytes: 1 },
      ]);
    }),
    { numRuns: 500 },
  );
});
