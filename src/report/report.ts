import type { Severity } from '../model/finding.ts';
import type { Run } from '../model/run.ts';
import type { TextOptions } from './text/style.ts';

/** A run, and the exit code it would have alone. */
export interface ReportedRun {
  readonly run: Run;
  readonly exitCode: number;
}

/** What a command reports: all its runs in one document. */
export interface Report {
  readonly runs: readonly ReportedRun[];
  /** What the process ends with. */
  readonly exitCode: number;
  /** Findings at or above it fail. */
  readonly failOn: Severity;
  readonly text: TextOptions;
}
