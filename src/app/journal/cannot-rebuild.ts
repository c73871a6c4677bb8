import { UserError } from '../../base/user-error.ts';
import type { Run } from '../../model/run.ts';

/** The error of a run whose tables cannot be made again here; they are left as they are. */
export function cannotRebuild({ run, buildhaus }: Run, why: string, cause?: unknown): UserError {
  return new UserError(`run ${run} cannot be rebuilt: ${why}`, {
    help: `rebuild it with Buildhaus ${buildhaus}, which made it, or analyze the package again`,
    cause,
  });
}
