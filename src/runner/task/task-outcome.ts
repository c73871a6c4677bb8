import type { TaskLimits } from '../../model/evidence.ts';
import type { TaskResult, TaskStatus } from '../../model/task.ts';
import type { Task } from '../task.ts';
import type { Flaw } from '../verdict.ts';
import { capFlaw } from '../verdict.ts';
import type { TaskRecorder } from './task-recorder.ts';

/** Exit codes of probes, as timeout(1) and automake's tests have them. */
const probeCodes = { notApplicable: 77, timedOut: 124 } as const;

/** How a task ended, and the sentence that says so. */
export type Outcome = readonly [TaskStatus, string];

/** The outcome by what was recorded of the command. */
export function outcomeOf(task: Task, recorder: TaskRecorder, limits: TaskLimits): Outcome {
  const { exit } = recorder;
  if (exit === undefined) return noOutcome(recorder.lost ?? 'the command never ended');
  if (exit.timedOut) return ['timed-out', `took longer than ${Math.round(limits.wallMs / 1000)} s`];
  if (exit.signal !== null)
    return recorder.lost === undefined ? ['failed', `ended by ${exit.signal}`] : noOutcome(recorder.lost);
  if (exit.code === 0) return ['passed', recorder.reason ?? 'ended with exit code 0'];
  const reason = recorder.reason ?? `ended with exit code ${exit.code}`;
  if (task.codes === 'probe' && exit.code === probeCodes.notApplicable) return ['not-applicable', reason];
  if (task.codes === 'probe' && exit.code === probeCodes.timedOut) return ['timed-out', reason];
  return ['failed', reason];
}

/** The outcome of a command of which nobody knows how it ended, or that was never started. */
export function noOutcome(sentence: string): Outcome {
  return ['error', sentence];
}

/** What is wrong with the evidence of a task. */
export function flawsOf({ name, status, caps }: TaskResult, recorder: TaskRecorder): readonly Flaw[] {
  const timedOut = { kind: 'timed-out', sentence: `${name} was ended after its time limit` } as const;
  return [
    ...gapsOf(name, recorder).map(sentence => ({ kind: 'incomplete', sentence }) as const),
    ...(status === 'timed-out' ? [timedOut] : []),
    ...(caps.length > 0 ? [capFlaw(name, caps)] : []),
  ];
}

function gapsOf(
  name: string,
  { lost, missing, unread, sensor, exit, traced }: TaskRecorder,
): readonly string[] {
  const gaps: string[] = [];
  if (lost !== undefined) gaps.push(`evidence of ${name} was lost: ${lost}`);
  if (missing > 0) gaps.push(`the tracer lost events of ${name} ${missing} times`);
  if (unread > 0) gaps.push(`${unread} pieces of the trace of ${name} could not be read`);
  if (sensor?.state === 'differs')
    gaps.push(`the trace of ${name} is not what the kernel counted: ${sensor.differences.join('; ')}`);
  // Even `python -c pass` makes hundreds of calls: none means that the tracer did not watch.
  if (lost === undefined && exit !== undefined && traced === 0)
    gaps.push(`${name} ran, but nothing of it was traced`);
  return gaps;
}
