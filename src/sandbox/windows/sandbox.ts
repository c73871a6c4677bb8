import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/message-of.ts';
import { UserError } from '../../base/user-error.ts';
import type { Progress, Sandbox, Session } from '../../model/ports.ts';
import type { Machine } from '../../model/run.ts';
import { step } from '../../model/step.ts';
import { putFile } from '../agent/put-file.ts';
import { createSessionEnd } from '../agent/session-end.ts';
import { shippedPath } from '../host/shipped-path.ts';
import { greetingScript } from './command-scripts.ts';
import { revertMachine, stopMachine } from './hypervisor.ts';
import { type Logins, logIn } from './log-in.ts';
import { type MachineFile, machinesFolder } from './machine-file.ts';
import { root, windowsPlaces } from './places.ts';
import { environmentScript, prepareScript, putScript } from './prepare-scripts.ts';
import { runScript } from './run-script.ts';
import { traceCommand } from './trace-command.ts';
import { readTree, treeScript } from './tree.ts';

/** What a sandbox of Windows machines needs to know. */
export interface WindowsSandboxOptions {
  readonly machines: readonly MachineFile[];
  readonly progress: Progress;
}

/** Windows machines reached over SSH: each session is one reverted to its snapshot by its hypervisor. */
export function createWindowsSandbox({ machines, progress }: WindowsSandboxOptions): Sandbox {
  return {
    restore: async (platform, signal) => {
      const machine = machines.find(one => one.platform === platform);
      if (machine === undefined) {
        throw new UserError(`there is no machine for ${platform}`, {
          kind: 'usage',
          help: `describe one in ${machinesFolder()}; see examples/machines`,
        });
      }
      const revert = async () => {
        await revertMachine(machine, signal);
        return openSession(machine, signal);
      };
      return step({ progress }, `reverting ${machine.platform} at ${machine.address}`, revert).catch(
        async error => {
          await stopMachine(machine).catch(() => undefined);
          throw error;
        },
      );
    },
  };
}

async function openSession(file: MachineFile, signal: AbortSignal): Promise<Session> {
  const logins = await logIn(file, signal);
  try {
    const [hostname = '', home = ''] = await runScript(logins.ordinary, greetingScript(), { signal });
    await runScript(logins.administrator, prepareScript(file, await readProbes()), { signal });
    await runScript(logins.ordinary, environmentScript(file), { signal });
    return createSession(file, logins, { hostname, home });
  } catch (cause) {
    await logins[Symbol.asyncDispose]();
    signal.throwIfAborted();
    const said = messageOf(cause);
    throw new UserError(`${file.platform} could not be prepared: ${said}`, {
      kind: 'host',
      help: 'log in as both users of its file and see that PowerShell, Python and administrator rights are there',
      cause,
    });
  }
}

function createSession(
  file: MachineFile,
  logins: Logins,
  { hostname, home }: { readonly hostname: string; readonly home: string },
): Session {
  const user = file.ordinary.user;
  const { administrator } = logins;
  const { orDisposed, ...disposable } = createSessionEnd(() => end(file, logins));
  return {
    ...disposable,
    machine: machineOf(file, hostname, home),
    places: windowsPlaces(file, home),
    put: (name, bytes, signal) =>
      putFile(name, bytes, async () => {
        const limits = { signal: orDisposed(signal), input: bytes };
        const [sha256] = await runScript(administrator, putScript(name), limits);
        return sha256;
      }),
    run: (command, signal) => traceCommand({ ...logins, user }, command, orDisposed(signal)),
    listTree: async signal =>
      readTree(await runScript(administrator, treeScript(rootsOf(home)), { signal: orDisposed(signal) })),
    serveIndex: (index, signal) => administrator.serveIndex(index, orDisposed(signal)),
  };
}

async function end(file: MachineFile, logins: Logins): Promise<void> {
  await logins[Symbol.asyncDispose]();
  await stopMachine(file).catch(() => undefined);
}

function machineOf(file: MachineFile, hostname: string, home: string): Machine {
  return {
    backend: 'remote',
    platform: file.platform,
    image: createHash('sha256').update(JSON.stringify(file)).digest('hex'),
    accelerator: 'none',
    boundary: file.boundary,
    hostname,
    user: file.ordinary.user,
    home,
  };
}

/** What an ordinary user can write on a Windows machine as it comes. */
function rootsOf(home: string): readonly string[] {
  return [home, `${root}\\venv`, 'C:\\ProgramData', 'C:\\Users\\Public', 'C:\\Windows\\Temp'];
}

async function readProbes(): Promise<Readonly<Record<string, Uint8Array>>> {
  const folder = shippedPath('guest/probes');
  const names = (await readdir(folder)).filter(name => name.endsWith('.py'));
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name))] as const)),
  );
}
