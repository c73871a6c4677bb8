import { expect, test } from 'vitest';
import { live } from './live.ts';
import { chunk, frames } from './scripted-session.ts';

test('a piece of the trace that cannot be read makes it incomplete, whatever a sensor says', async () => {
  const { run, task } = await live({ tasks: { build: frames(chunk('trace', '10 ?\n10 openat\n')) } });
  expect(task('build')).toMatchObject({ status: 'passed', diagnostics: 1, sensor: null });
  expect(run.verdict).toMatchObject({ integrity: 'incomplete', behaviour: 'note' });
  expect(run.verdict.reasons.join()).toContain('1 pieces of the trace of build could not be read');
});

test('a cap of the parser is a cap of the task', async () => {
  const { run, task } = await live({ tasks: { build: frames(chunk('trace', '10 too-many\n')) } });
  expect(task('build')?.caps).toEqual(['too-many-threads']);
  expect(run.verdict.integrity).toBe('truncated');
});
