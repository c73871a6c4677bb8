import { missingDebianPackages } from '../../../src/sandbox/host/debian-packages.ts';
import { createQemuSandbox } from '../../../src/sandbox/qemu/sandbox.ts';
import { describeDisk } from '../../contract/disk.ts';
import { quietProgress } from '../../helpers/quiet-progress.ts';

const missing = await missingDebianPackages();

describeDisk('the disk of a machine under QEMU', () => createQemuSandbox({ progress: quietProgress }), {
  skip: missing.length === 0 ? undefined : `this host lacks ${missing.join(', ')}`,
  // An emulated machine has one.
  processors: 'one',
});
