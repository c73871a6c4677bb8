import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isStillRunning, readStartTime } from '../../../src/sandbox/host/process-start-time.ts';

/** A process that ended, such that its number may be anybody's. */
function endedPid(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
}

test.each(['linux', 'darwin'] as const)(
  'a process has one start time, and one that ended none (%s)',
  async system => {
    const first = await readStartTime(process.pid, system);
    expect(first).toMatch(/^[A-Za-z0-9]+$/);
    expect(await readStartTime(process.pid, system)).toBe(first);
    expect(await readStartTime(endedPid(), system)).toBeUndefined();
  },
);

test('a number that now is another process\u2019s is not still running', async () => {
  const startTime = (await readStartTime(process.pid)) ?? '';
  expect(await isStillRunning(process.pid, startTime)).toBe(true);
  expect(await isStillRunning(process.pid, '1')).toBe(false);
  expect(await isStillRunning(Number('x'), startTime)).toBe(false);
  expect(await isStillRunning(0, startTime)).toBe(false);
});

test('a number alone is still running while any process has it', async () => {
  expect(await isStillRunning(process.pid)).toBe(true);
  expect(await isStillRunning(endedPid())).toBe(false);
});
