import { messageOf } from '../base/message-of.ts';
import { listImages } from '../sandbox/image/images.ts';
import { localSandboxProblem } from '../sandbox/local/sandbox.ts';
import { type HostCheck, hostChecks } from '../sandbox/qemu/host-checks.ts';
import { listMachines, machinesFolder } from '../sandbox/windows/machine-file.ts';
import { openRuns } from '../store/run-reader.ts';
import { missingTracers, tracerNames } from '../tracers/tracer-names.ts';
import { defaultPlatform } from './default-platform.ts';

/** Everything a run needs of this host, found out by trying it. */
export async function examineHost(runs: string, signal: AbortSignal): Promise<readonly HostCheck[]> {
  return [
    ...(await hostChecks(signal)),
    await checkImage(),
    checkLocalSandbox(),
    await checkStore(runs),
    await checkMachines(),
    {
      name: 'tracers',
      status: 'ok',
      detail: `${tracerNames.join(', ')}; not there yet: ${missingTracers.join(', ')}`,
      fix: null,
    },
  ];
}

async function checkImage(): Promise<HostCheck> {
  const images = await listImages();
  const built = images.filter(image => image.state === 'built').map(image => image.platform);
  if (built.length > 0) return { name: 'images', status: 'ok', detail: built.join(', '), fix: null };
  const detail = 'none is built; the first analyze builds one, which takes some minutes';
  return { name: 'images', status: 'warning', detail, fix: `buildhaus image build ${defaultPlatform}` };
}

function checkLocalSandbox(): HostCheck {
  const problem = localSandboxProblem();
  if (problem === undefined) return { name: 'local sandbox', status: 'ok', detail: 'can run', fix: null };
  return { name: 'local sandbox', status: 'warning', detail: problem, fix: null };
}

/** The user's machines, and the files that describe none. Said as it is: nobody has run the driver against a live one yet. */
export async function checkMachines(): Promise<HostCheck> {
  const proof = 'driver tested against a scripted machine, not yet on a live one';
  const { machines, broken } = await listMachines();
  const names = machines.map(machine => machine.platform).join(', ');
  const detail = `${names === '' ? `none in ${machinesFolder()}` : names}; ${proof}`;
  if (broken.length === 0) return { name: 'windows machines', status: 'ok', detail, fix: null };
  const wrong = [detail, ...broken.map(messageOf)].join('; ');
  return { name: 'windows machines', status: 'warning', detail: wrong, fix: 'see examples/machines' };
}

async function checkStore(runs: string): Promise<HostCheck> {
  try {
    await using reader = await openRuns(runs);
    await reader.query('SELECT count(*) FROM runs');
    const damaged = reader.unreadable.length;
    if (damaged === 0)
      return { name: 'store', status: 'ok', detail: `runs in ${runs} can be asked`, fix: null };
    const detail = `${damaged} runs in ${runs} cannot be read`;
    return { name: 'store', status: 'warning', detail, fix: 'buildhaus runs list' };
  } catch (error) {
    const detail = `DuckDB does not answer: ${messageOf(error)}`;
    return { name: 'store', status: 'failed', detail, fix: 'npm install --no-save' };
  }
}
