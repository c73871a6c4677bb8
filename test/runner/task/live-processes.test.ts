import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { LiveProcesses, maxLiveProcesses } from '../../../src/runner/task/live-processes.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { live } from '../live.ts';
import { chunk, exit, frames } from '../scripted-session.ts';

test.each([
  ['a command that was killed failed', '10 +++ killed by SIGKILL +++\n', ['failed', 'ended by SIGKILL']],
  ['a tracer that was killed leaves nothing whole', '', ['error', 'the tracer ended before what it traced']],
])('%s', async (_, end, ended) => {
  const trace = `10 getpid() = 10\n10 clone(flags=SIGCHLD) = 11\n11 +++ exited with 0 +++\n${end}`;
  const [hello, , ...rest] = frames(chunk('trace', trace), exit({ code: null, signal: 'SIGKILL' }));
  const build = hello === undefined ? [] : [hello, ...rest];
  const { run, task } = await live({ tasks: { build } }, { tracer: strace });
  expect([task('build')?.status, task('build')?.reason]).toEqual(ended);
  const flaw = 'evidence of build was lost: the tracer ended before what it traced';
  expect(run.verdict.reasons.join().includes(flaw)).toBe(ended[0] === 'error');
});

test('as many processes are remembered as the limit says', () => {
  const processes = new LiveProcesses();
  const act = (pid: number): Event => ({
    seq: pid,
    at_ns: 0,
    proc: pid,
    pid,
    tid: pid,
    kind: 'raw',
    origin: 'kernel',
  });
  for (let pid = 1; pid <= maxLiveProcesses + 1; pid += 1) processes.see(act(pid));
  expect([processes.procOf(maxLiveProcesses), processes.procOf(maxLiveProcesses + 1)]).toEqual([
    maxLiveProcesses,
    undefined,
  ]);
});
