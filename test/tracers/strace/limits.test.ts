import { describe, expect, test } from 'vitest';
import { MAX_LINE_BYTES } from '../../../src/base/line-splitter.ts';
import { toPage } from '../../../src/base/page.ts';
import type { TraceItem } from '../../../src/model/trace.ts';
import { MAX_FOLDER } from '../../../src/tracers/strace/effects.ts';
import { MAX_ARGUMENT_TEXT, MAX_WORDS } from '../../../src/tracers/strace/events/call.ts';
import { MAX_MESSAGES } from '../../../src/tracers/strace/events/net-event.ts';
import { CallText, MAX_ARGUMENTS } from '../../../src/tracers/strace/grammar/call-text.ts';
import {
  MAX_COMMENT,
  MAX_DECORATION,
  MAX_OTHER_DECORATION,
} from '../../../src/tracers/strace/grammar/scan.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { MAX_DESCRIPTORS } from '../../../src/tracers/strace/state/descriptor-table.ts';
import { MAX_OPEN_BYTES } from '../../../src/tracers/strace/state/open-calls.ts';
import { MAX_THREADS } from '../../../src/tracers/strace/state/processes.ts';
import { MAX_DIAGNOSTIC_TEXT } from '../../../src/tracers/strace/strace-parser.ts';
import { parseTrace } from '../parse.ts';

function reasons(items: readonly TraceItem[]): readonly string[] {
  return items.flatMap(item => (item.kind === 'diagnostic' ? [item.reason] : []));
}

/** Of the processor's time, for a megabyte of the worst there is: it takes a third of a second, without limits six and more. */
const HOSTILE_LINE_MS = 3000;

function countArguments(line: string): number {
  const text = new CallText();
  text.read(toPage(new TextEncoder().encode(line)), 2, line.length - 1);
  return text.count;
}

function countLines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

describe('a line', () => {
  const before = '7 openat(AT_FDCWD, "/etc/shadow", "';
  const after = '") = 3';

  test('as long as the limit is read', () => {
    const line = `${before}${'x'.repeat(MAX_LINE_BYTES - before.length - after.length)}${after}\n`;
    expect(parseTrace(strace, line)).toMatchObject([{ kind: 'file.open', ok: true, ret: 3 }]);
  });

  test('longer than the limit is told, its beginning is read, and so is the next line', () => {
    const line = `${before}${'x'.repeat(MAX_LINE_BYTES)}${after}\n7 getpid() = 7\n`;
    expect(parseTrace(strace, line)).toMatchObject([
      { kind: 'diagnostic', reason: 'line-too-long', source_length: line.length - 15 },
      { kind: 'file.open', path: '/etc/shadow', flags: expect.arrayContaining(['torn']) },
      { kind: 'raw', call: 'getpid' },
    ]);
  });

  test('that cannot be read is kept up to a limit', () => {
    const [item] = parseTrace(strace, `${'y'.repeat(MAX_DIAGNOSTIC_TEXT + 1)}\n`);
    expect(item).toHaveProperty('text', 'y'.repeat(MAX_DIAGNOSTIC_TEXT));
  });
});

test('arguments are kept up to a limit and marked', () => {
  const exact = 'x'.repeat(MAX_ARGUMENT_TEXT);
  const [whole, cut] = parseTrace(
    strace,
    `1700000000.1 foo(${exact}) = 0\n1700000000.1 foo(${exact}x) = 0\n`,
  );
  expect(whole).toHaveProperty('args', exact);
  expect(whole).not.toHaveProperty('flags');
  expect(cut).toMatchObject({ args: exact, flags: ['truncated'] });
});

test('what is said of a signal is kept up to the same limit and marked', () => {
  const about = (length: number) => `7 1.0 --- SIGUSR1 ${'x'.repeat(length - 'SIGUSR1 '.length)} ---\n`;
  const [whole, cut] = parseTrace(strace, about(MAX_ARGUMENT_TEXT) + about(MAX_ARGUMENT_TEXT + 1));
  expect(whole).not.toHaveProperty('flags');
  expect(cut).toMatchObject({ args: expect.stringMatching(/^SIGUSR1 x+$/), flags: ['truncated'] });
});

test('a decoration is read up to a limit, beyond which `<` is only that', () => {
  const path = (length: number) => `/${'x'.repeat(length - 1)}`;
  const [whole, longer] = parseTrace(
    strace,
    `7 read(3<${path(MAX_DECORATION - 2)}>, "", 1) = 1\n7 read(3<${path(MAX_DECORATION)}>, "", 1) = 1\n`,
  );
  expect(whole).toHaveProperty('path.length', MAX_DECORATION - 2);
  expect(longer).toMatchObject({ kind: 'file.read', ok: true });
  expect(longer).not.toHaveProperty('path');
});

test('a comment hides a comma up to a limit', () => {
  const line = (length: number) => `7 foo(1 /*${','.repeat(length - 4)}*/, 2) = 0 <1.5>\n`;
  const counts = [MAX_COMMENT, MAX_COMMENT + 1].map(length => countArguments(line(length)));
  expect(counts).toEqual([2, MAX_ARGUMENTS]);
});

test('a decoration that is no path is read up to a limit of its own, above the longest there is', () => {
  const line = (name: string) => `7 read(3<UNIX-STREAM:[4294967295->4294967294,"${name}"]>, "", 1) = 1\n`;
  const around = 'UNIX-STREAM:[4294967295->4294967294,""]'.length;
  const exact = `/${'x'.repeat(MAX_OTHER_DECORATION - around - 3)}`;
  const longest = `/${'\\001'.repeat(107)}`;
  const [whole, longer, real] = parseTrace(strace, line(exact) + line(`${exact}xx`) + line(longest));
  expect(whole).toHaveProperty('path', exact);
  expect(longer).toMatchObject({ call: 'read', ok: true });
  expect(longer).not.toHaveProperty('path');
  expect(real).toHaveProperty('path', `/${'\u0001'.repeat(107)}`);
});

const openings = ['3</', '/*', '"\\"', '[{', '1<<', '8<TCP:', '8<a\\>', '8</a\\>', '8<["\\'];

test.each(openings)('a line of nothing but %s takes no time of its own', piece => {
  const text = piece.repeat(Math.floor((MAX_LINE_BYTES - 10) / piece.length));
  const before = process.cpuUsage();
  parseTrace(strace, `7 foo(${text}\n`);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(HOSTILE_LINE_MS);
});

test('words of a command line are kept up to a limit and marked', () => {
  const words = (count: number) => Array(count).fill('"a"').join(', ');
  const line = (count: number) => `1700000000.1 execve("/a", [${words(count)}], 0x1 /* 0 vars */) = 0\n`;
  const [whole, cut] = parseTrace(strace, line(MAX_WORDS) + line(MAX_WORDS + 1));
  expect(whole).toHaveProperty('argv.length', MAX_WORDS);
  expect(whole).not.toHaveProperty('flags');
  expect(cut).toMatchObject({ argv: { length: MAX_WORDS }, flags: ['truncated'] });
});

test('of messages as many are told as Linux sends with one call', () => {
  const message = (index: number) =>
    `{msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(${index}), sin_addr=inet_addr("198.51.100.7")}, msg_iov=[]}, msg_len=0}`;
  const send = (count: number) =>
    `7 sendmmsg(3, [${Array.from({ length: count }, (_, index) => message(index)).join(', ')}], ${count}, 0) = ${count}\n`;
  expect(parseTrace(strace, send(MAX_MESSAGES)).length).toBe(MAX_MESSAGES);
  expect(parseTrace(strace, send(MAX_MESSAGES + 1)).length).toBe(MAX_MESSAGES);
});

test('descriptors beyond the limit have no path, which is told once', () => {
  const opens = countLines(MAX_DESCRIPTORS + 2, index => `7 open("/f${index}", O_RDONLY) = ${index}`);
  const reads = `7 read(${MAX_DESCRIPTORS - 1}, "", 1) = 0\n7 read(${MAX_DESCRIPTORS}, "", 1) = 0\n`;
  const items = parseTrace(strace, opens + reads);
  expect(reasons(items)).toEqual(['too-many-descriptors']);
  expect(items.at(-2)).toHaveProperty('path', `/f${MAX_DESCRIPTORS - 1}`);
  expect(items.at(-1)).not.toHaveProperty('path');
});

test('a current folder whose name has no end is a guess from there on', () => {
  const into = (length: number) =>
    `7 chdir("/proc/self/cwd/../${'x'.repeat(length)}") = 0\n7 unlink("y") = 0\n`;
  const before = '/proc/self/cwd/../'.length;
  const follow = (path: string) => path;
  const [, whole, , longer] = parseTrace(strace, into(MAX_FOLDER - before) + into(MAX_FOLDER + 1 - before), {
    follow,
  });
  expect(whole).toHaveProperty('path.length', MAX_FOLDER + 2);
  expect(whole).not.toHaveProperty('flags', expect.arrayContaining(['guessed-path']));
  expect(longer).toMatchObject({ flags: expect.arrayContaining(['guessed-path']) });
  expect(longer).toHaveProperty('path.length', MAX_FOLDER + 2);
});

test('threads beyond the limit are told once, and nothing is lost', () => {
  const lines = (count: number) => countLines(count, index => `${index + 1} getpid() = 1`);
  expect(reasons(parseTrace(strace, lines(MAX_THREADS)))).toEqual([]);
  const items = parseTrace(strace, lines(MAX_THREADS + 2));
  expect(reasons(items)).toEqual(['too-many-threads']);
  expect(items.length).toBe(MAX_THREADS + 3);
});

test('calls that never return are given up, oldest first, when they hold too much', () => {
  const held = MAX_LINE_BYTES / 2;
  const count = MAX_OPEN_BYTES / held;
  const text = `write(1, "${'x'.repeat(held - 'write(1, ""'.length)}"`;
  const lines = countLines(count, index => `${index + 1} ${text} <unfinished ...>`);
  expect(reasons(parseTrace(strace, lines))).toEqual([]);
  const items = parseTrace(strace, `${lines}${count + 1} x( <unfinished ...>\n`);
  expect(reasons(items)).toEqual(['too-many-open-calls']);
  expect(items.length).toBe(count + 2);
  expect(items[1]).toMatchObject({ tid: 1, flags: expect.arrayContaining(['torn']) });
});

test('a call interrupted without end is given up', () => {
  const piece = 'x'.repeat(MAX_LINE_BYTES - 100);
  const items = parseTrace(
    strace,
    `7 foo(${piece} <unfinished ...>\n7 <... foo resumed>${piece} <unfinished ...>\n7 <... foo resumed>${piece}) = 0\n`,
  );
  expect(items).toMatchObject([
    { kind: 'raw', flags: expect.arrayContaining(['torn']) },
    { kind: 'diagnostic', reason: 'unreadable-line' },
  ]);
});
