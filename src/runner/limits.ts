import type { TaskLimits } from '../model/evidence.ts';

const MiB = 1024 * 1024;

/** What every task may use at most; reaching one of these marks the run `truncated`, or the task `timed-out`. */
export const defaultLimits: TaskLimits = {
  wallMs: 300_000,
  // A parallel compiler run needs some dozens; a fork bomb reaches this within a second.
  processes: 512,
  memoryBytes: 1024 * MiB,
  fileBytes: 512 * MiB,
  outputBytes: MiB,
  // An install is 5 MB of trace; Jinja2's tests are some 100 MB.
  traceBytes: 1024 * MiB,
  lingerMs: 2_000,
};

/** The default limits with a wall time of their own. */
export function limitsOf(seconds: number): TaskLimits {
  return { ...defaultLimits, wallMs: seconds * 1000 };
}
