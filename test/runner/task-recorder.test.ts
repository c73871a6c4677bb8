import { expect, test } from 'vitest';
import { live } from './live.ts';
import { chunk, exit, frames } from './scripted-session.ts';

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

test('raw bytes are kept as they came, of all streams', async () => {
  const { writer } = await live({
    tasks: { build: frames(chunk('stdout', 'out\u001b'), chunk('stderr', 'err')) },
  });
  expect(writer.raw.get('build/stdout')).toBe('out\u001b');
  expect(writer.raw.get('build/trace')).toBe('10 getpid\n');
});

test('events reach the writer in batches of at most 2048', async () => {
  const { writer } = await live({ tasks: { build: frames(chunk('trace', '10 getpid\n'.repeat(5000))) } });
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
