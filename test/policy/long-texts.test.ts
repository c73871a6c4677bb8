import { expect, test } from 'vitest';
import { loadRules } from '../../src/app/rules.ts';
import type { Event } from '../../src/model/event.ts';
import { evaluateRules } from '../../src/policy/evaluate-rules.ts';
import { testRun } from '../../src/policy/test-rule.ts';
import { strace } from '../../src/tracers/strace/index.ts';
import { parseTrace } from '../tracers/parse.ts';
import { bench } from './bench.ts';

/** Longer than any system call takes a path: nothing that reads a trace may rely on that. */
const longest = 1_000_000;
/** What the patterns of rules and parsers repeat; as strace writes it. */
const texts = ['a', 'a/', '../', ' ', '\\\\', '-m ', 'sh '].map(part => part.repeat(longest / part.length));
/** A busy machine takes some seconds; a pattern that goes back for every character takes days. */
const limitMs = 40_000;

test('a megabyte of what patterns repeat is parsed in the time of its length', () => {
  const lines = texts.flatMap(text => [
    `7 openat(AT_FDCWD, "/${text}", O_RDONLY) = -1 ENAMETOOLONG (File name too long)\n`,
    `7 execve("/bin/true", ["${text}"], 0x7f /* 1 var */) = 0\n`,
  ]);
  const began = performance.now();
  const kinds = parseTrace(strace, lines.join('')).map(({ kind }) => kind);
  expect(kinds).toEqual(texts.flatMap(() => ['file.open', 'process.exec']));
  expect(performance.now() - began).toBeLessThan(limitMs);
});

test('every rule is asked about the longest texts there are, of what patterns repeat, in the time of their length', async () => {
  const at = { at_ns: 0, proc: 1, pid: 1, tid: 1, ok: true, origin: 'kernel' } as const;
  const events = texts.flatMap((text, index): readonly Event[] => [
    { ...at, seq: 2 * index, kind: 'file.open', path: `/${text}`, access: 'read-write', args: text },
    { ...at, seq: 2 * index + 1, kind: 'process.exec', path: '/bin/sh', argv: [text] },
  ]);
  await using held = await bench([{ task: 'install', phase: 'install', events }]);
  const [kept] = await held.query(
    'SELECT max(length(path)) AS path, max(length(argv[1])) AS argv FROM events',
  );
  // The store cuts what is longer, and says so: no rule has to read more.
  expect(kept).toEqual({ path: 65_546, argv: 65_546 });
  const book = await loadRules([]);
  const began = performance.now();
  const { unanswered } = await evaluateRules(book, held.query, { run: testRun, home: '/home/ada' });
  expect(unanswered).toEqual([]);
  expect(performance.now() - began).toBeLessThan(limitMs);
});
