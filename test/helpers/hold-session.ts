/** Restores a machine, says so on stdout, and holds it until killed: run by the test of what a killed process leaves. */
import { createQemuSandbox } from '../../src/sandbox/qemu/sandbox.ts';
import { quietProgress } from './quiet-progress.ts';

const session = await createQemuSandbox({ progress: quietProgress }).restore(
  'debian-12/cpython-3.11',
  AbortSignal.timeout(900_000),
);
process.stdout.write(`${session.machine.hostname}\n`);
setInterval(() => undefined, 1000);
