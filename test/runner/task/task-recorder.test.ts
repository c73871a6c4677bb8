import { describe, expect, test } from 'vitest';
import type { Tracer } from '../../../src/model/trace.ts';
import { MAX_CHEAP_EVENTS } from '../../../src/runner/repeats/repeat-counter.ts';
import { maxNoteCharacters } from '../../../src/runner/task/task-recorder.ts';
import { live } from '../live.ts';
import { chunk, exit, frames, lineTracer } from '../scripted-session.ts';

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

test('a process that outlived its task is an event of the agent, tied to the traced process', async () => {
  const end = exit({ survivors: [{ pid: 10, command: 'sleep 600' }], durationMs: 1000 });
  const { writer, task } = await live({ tasks: { build: frames(end) } });
  const survivor = writer.events.find(({ event }) => event.call === 'survivor');
  const traced = writer.events.find(one => one.task === 'build');
  expect(survivor).toMatchObject({
    task: 'build',
    event: { kind: 'meta.note', origin: 'agent', args: 'sleep 600', pid: 10, proc: traced?.event.proc },
  });
  expect(survivor?.event.at_ns).toBe(1_250_000_000);
  expect(task('build')?.survivors).toEqual([{ pid: 10, command: 'sleep 600' }]);
});

test('a note is kept up to its limit, and one that was cut says so', async () => {
  const survivors = [maxNoteCharacters, maxNoteCharacters + 1].map(length => ({
    pid: 10,
    command: 'x'.repeat(length),
  }));
  const { writer } = await live({ tasks: { build: frames(exit({ survivors })) } });
  const notes = writer.events.flatMap(({ event }) => (event.call === 'survivor' ? [event.args] : []));
  expect(notes).toEqual(['x'.repeat(maxNoteCharacters), `${'x'.repeat(maxNoteCharacters - 1)}…`]);
});

test.each([
  ['its time', exit({ timedOut: true, survivors: [{ pid: 10, command: 'make' }] })],
  ['the room its trace takes', exit({ caps: ['trace-bytes'], survivors: [{ pid: 10, command: 'make' }] })],
])('a command that we ended for %s has no survivors: all of it was still at work', async (_for, end) => {
  const { writer, task } = await live({ tasks: { build: frames(end) } });
  expect(task('build')?.survivors).toEqual([]);
  expect(writer.events.filter(({ event }) => event.call === 'survivor')).toEqual([]);
});

test('what the markers of a command are known by is told to the parser of its trace, and to no other', async () => {
  const told = new Set<string | undefined>();
  const tracer: Tracer = {
    ...lineTracer,
    createParser: options => {
      told.add(options.nonce);
      return lineTracer.createParser(options);
    },
  };
  const marked = frames().map(frame => (frame.kind === 'hello' ? { ...frame, nonce: 'ab' } : frame));
  await live({ tasks: { build: marked } }, { tracer });
  expect([...told]).toEqual([undefined, 'ab']);
});

test('raw bytes are kept as they came, of all streams', async () => {
  const { writer } = await live({
    tasks: { build: frames(chunk('stdout', 'out\u001b'), chunk('stderr', 'err')) },
  });
  expect(writer.raw.get('build/stdout')).toBe('out\u001b');
  expect(writer.raw.get('build/trace')).toBe('10 getpid\n');
});

test('events reach the writer in batches of at most 2048', async () => {
  const { writer } = await live({
    tasks: {
      build: frames(
        chunk(
          'trace',
          lines(5000, index => `10 call${index}`),
        ),
      ),
    },
  });
  expect(Math.max(...writer.batches)).toBe(2048);
  expect(writer.events.filter(one => one.task === 'build')).toHaveLength(5001);
});

test('hints become events of origin hint, and what is none becomes a diagnostic', async () => {
  const hints = chunk(
    'hint',
    '{"hint":"module","name":"a","ok":true,"unix_ns":"1700000001000000000"}\nnonsense\n',
  );
  const { writer, run } = await live({ tasks: { import: frames(hints) } });
  const hint = writer.events.find(({ event }) => event.origin === 'hint');
  expect(hint?.event).toMatchObject({ kind: 'meta.hint', call: 'module', at_ns: 1_000_000_000 });
  expect(writer.diagnostics).toMatchObject([{ reason: 'unreadable-hint', text: 'nonsense' }]);
  expect(run.counts.diagnostics).toBe(1);
});

test('test counts are the last ones that were said', async () => {
  const tests = (passed: number) =>
    `{"hint":"tests","framework":"pytest","passed":${passed},"failed":0,"skipped":1,"errors":0}\n`;
  const { task } = await live({ tasks: { test: frames(chunk('hint', tests(3) + tests(842))) } });
  expect(task('test')?.tests).toEqual({ framework: 'pytest', passed: 842, failed: 0, skipped: 1, errors: 0 });
});

describe('a flood', () => {
  test('of one call is an event that says how often, and no limit is reached', async () => {
    const flood = chunk('trace', '10 getppid\n'.repeat(5000));
    const { writer, task, run } = await live({
      tasks: { build: frames(flood, chunk('trace', '10 uname\n')) },
    });
    const stored = writer.events.filter(one => one.event.call === 'getppid').map(one => one.event.times ?? 1);
    expect(stored.reduce((sum, times) => sum + times, 0)).toBe(5000);
    expect(stored).toHaveLength(65);
    expect(task('build')).toMatchObject({ caps: [], collapsed: 4935, events: 67 });
    expect(run.counts.collapsed).toBe(4935);
    expect(run.verdict.integrity).toBe('complete');
  });

  test('of cheap calls that differ makes the run truncated', async () => {
    const flood = chunk(
      'trace',
      lines(MAX_CHEAP_EVENTS + 10, index => `${index} stat`),
    );
    const { task, run } = await live({ tasks: { build: frames(flood) } });
    expect(task('build')?.caps).toEqual(['cheap-events']);
    expect(run.verdict.integrity).toBe('truncated');
  });
});
