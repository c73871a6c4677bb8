import { expect, test } from 'vitest';
import type { EvidenceFrame, SensedCounts } from '../../../src/model/evidence.ts';
import { live } from '../live.ts';
import { chunk, frames } from '../scripted-session.ts';

const hello: EvidenceFrame = {
  kind: 'hello',
  tracer: 'strace 6.13',
  tracerArgv: ['strace', '--trace=?openat'],
  kernel: '6.1',
  startedUnixNs: 1_700_000_000_250_000_000n,
};

const sensed = (changes: Partial<SensedCounts>): EvidenceFrame => ({
  kind: 'sensed',
  absent: '',
  calls: [{ name: 'openat', count: 3 }],
  forks: 0,
  execs: 0,
  unnamed: 0,
  missed: 0,
  ...changes,
});

const opens = chunk('trace', '10 openat\n'.repeat(3));

test('a trace that agrees with the kernel says so in its task', async () => {
  const { run, task } = await live({ tasks: { build: frames(hello, opens, sensed({})) } });
  expect(task('build')?.sensor).toMatchObject({ state: 'agrees', calls: 3, traced: 3 });
  expect(run.verdict.integrity).toBe('complete');
});

test('a trace that is short of a call is an event, and its run can not be clean', async () => {
  const short = sensed({ calls: [{ name: 'openat', count: 4 }] });
  const { run, task, writer } = await live({ tasks: { build: frames(hello, opens, short) } });
  const sentence = 'openat: the kernel counted 4, the trace has 3';
  expect(task('build')?.sensor).toMatchObject({ state: 'differs', differences: [sentence] });
  expect(writer.events.map(({ event }) => event)).toContainEqual(
    expect.objectContaining({ kind: 'meta.lost', call: 'second-sensor', origin: 'agent', args: sentence }),
  );
  expect(run.verdict).toMatchObject({ integrity: 'incomplete', behaviour: 'note' });
  expect(run.verdict.reasons.join()).toContain(sentence);
});

test('a machine without a sensor is a limit that is shown, not a flaw', async () => {
  const none = sensed({ absent: 'no cgroup v2', calls: [] });
  const { run, task } = await live({ tasks: { build: frames(hello, opens, none) } });
  expect(task('build')?.sensor).toMatchObject({ state: 'absent', reason: 'no cgroup v2' });
  expect(run.verdict.integrity).toBe('complete');
});

test('a task of a time before the sensor has no reading', async () => {
  const { task } = await live({ tasks: { build: frames(opens) } });
  expect(task('build')?.sensor).toBeNull();
});
