import { createLocalSandbox, localSandboxProblem } from '../../../src/sandbox/local/sandbox.ts';
import { describeSandbox } from '../../contract/sandbox.ts';
import { quietProgress } from '../../helpers/quiet-progress.ts';

for (const platform of ['debian-12/cpython-3.11', 'debian-13/cpython-3.13']) {
  describeSandbox(`local sandbox of ${platform}`, {
    create: () => createLocalSandbox({ progress: quietProgress }),
    platform,
    skip: localSandboxProblem(),
  });
}
