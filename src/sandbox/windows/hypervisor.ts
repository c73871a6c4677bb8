import { UserError } from '../../base/user-error.ts';
import { runProgram } from '../host/run-program.ts';
import { fillTemplate, type MachineFile } from './machine-file.ts';

/** How long a hypervisor may take for one verb. */
const verbMs = 10 * 60_000;

/** Takes the machine back to its snapshot and sees that it runs. */
export async function revertMachine(machine: MachineFile, signal: AbortSignal): Promise<void> {
  await tell(machine, 'revert', signal);
  if (machine.start !== undefined) await tell(machine, 'start', signal);
}

/** Stops the machine. What cannot be stopped is reverted by the next session. */
export async function stopMachine(machine: MachineFile): Promise<void> {
  await tell(machine, 'stop', new AbortController().signal);
}

async function tell(
  machine: MachineFile,
  verb: 'revert' | 'start' | 'stop',
  signal: AbortSignal,
): Promise<void> {
  const argv = fillTemplate(machine, machine[verb] ?? []);
  const result = await runProgram(argv, { signal: AbortSignal.any([signal, AbortSignal.timeout(verbMs)]) });
  signal.throwIfAborted();
  if (result.code === 0) return;
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  const how = result.code === 127 ? 'cannot be started' : `ended with ${result.code ?? 'no exit code'}`;
  throw new UserError(`${machine.platform} could not ${verb}: ${argv[0]} ${how}: ${said}`, {
    kind: 'host',
    help: `run it yourself: ${argv.join(' ')}`,
  });
}
