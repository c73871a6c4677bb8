import { createLocalSandbox, localSandboxProblem } from '../../../src/sandbox/local/sandbox.ts';
import { describeDisk } from '../../contract/disk.ts';
import { quietProgress } from '../../helpers/quiet-progress.ts';

describeDisk('the disk of a local machine', () => createLocalSandbox({ progress: quietProgress }), {
  skip: localSandboxProblem(),
  processors: 'several',
});
