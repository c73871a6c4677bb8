import type { UserErrorKind } from '../base/user-error.ts';
import type { Severity } from '../model/finding.ts';
import { isAtLeast } from '../model/finding.ts';
import type { Run } from '../model/run.ts';

/** All that a command may end with, and what it means; `buildhaus exit-codes` prints this table. */
export const exitCodes = {
  0: 'done, and nothing found at or above --fail-on',
  1: 'something was found at or above --fail-on; rules test: a test of a rule failed',
  2: 'wrong usage, or an input that was refused',
  3: 'the analysis is not complete: something was lost, cut, timed out, not to be fetched, or failed on our side, or a further platform has no run; import: always, unless it is 1, since nobody vouches for a recorded trace; runs verify, runs rebuild: a run is damaged',
  4: "the package's own build or tests failed (only with --strict)",
  5: 'this host is not ready: see `buildhaus doctor`; image verify: the image is damaged',
  70: 'a bug of ours: nothing was learned about the package',
  129: 'ended by SIGHUP, after cleaning up',
  130: 'ended by SIGINT (Ctrl-C), after cleaning up',
  141: 'whoever read our output went away',
  143: 'ended by SIGTERM, after cleaning up',
} as const;

export type ExitCode = keyof typeof exitCodes;

/** What an exit code is formed from: finished runs, or the error that ended the command. */
export type Outcome =
  | {
      readonly kind: 'runs';
      readonly runs: readonly Pick<Run, 'findings' | 'verdict' | 'tasks'>[];
      readonly failOn: Severity;
      readonly strict: boolean;
      /** Platforms that were asked for and have no run. */
      readonly missing?: number;
    }
  | { readonly kind: 'error'; readonly error: UserErrorKind };

/**
 * The one place that decides the exit code; reports carry the same number. A finding outweighs a gap in the
 * evidence, since it stands whatever was not seen; a gap outweighs the package's own failure.
 */
export function exitCodeOf(outcome: Outcome): ExitCode {
  if (outcome.kind === 'error') return byError[outcome.error];
  const { runs, failOn, strict, missing = 0 } = outcome;
  if (runs.some(run => run.verdict.integrity === 'refused')) return 2;
  if (runs.some(run => run.findings.some(finding => isAtLeast(finding.severity, failOn)))) return 1;
  if (runs.length === 0 || missing > 0 || runs.some(isIncomplete)) return 3;
  return strict && runs.some(run => run.verdict.grade === 'FAIL') ? 4 : 0;
}

const byError = { usage: 2, input: 2, incomplete: 3, host: 5 } as const satisfies Record<
  UserErrorKind,
  ExitCode
>;

/** What we or the index could not do leaves a part of the package's life unseen, even where each trace is whole. */
function isIncomplete({ verdict, tasks }: Pick<Run, 'verdict' | 'tasks'>): boolean {
  const isOurs = ({ phase, status }: Run['tasks'][number]) =>
    status === 'error' || (phase === 'fetch' && status === 'failed');
  return verdict.integrity !== 'complete' || tasks.some(isOurs);
}
