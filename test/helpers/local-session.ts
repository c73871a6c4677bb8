import { afterAll, beforeAll, describe } from 'vitest';
import type { Session } from '../../src/model/ports.ts';
import { createLocalSandbox, localSandboxProblem } from '../../src/sandbox/local/sandbox.ts';
import { quietProgress } from './quiet-progress.ts';

/** How long a machine of this host may take for anything. */
export const patience = () => AbortSignal.timeout(120_000);

/** Tests of `what` that share one machine of this host; where there can be none they are skipped, and say why. */
export function describeLocally(what: string, tests: (session: () => Session) => void): void {
  const problem = localSandboxProblem();
  describe.skipIf(problem !== undefined)(
    `${what}${problem === undefined ? '' : ` (skipped: ${problem})`}`,
    () => {
      let session: Session;
      beforeAll(async () => {
        session = await createLocalSandbox({ progress: quietProgress }).restore(
          'debian-12/cpython-3.11',
          patience(),
        );
      });
      afterAll(async () => {
        await session?.[Symbol.asyncDispose]();
      });
      tests(() => session);
    },
  );
}
