import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { runProgram } from '../host/run-program.ts';
import { exists } from '../image/cache.ts';
import type { Jail } from './jail.ts';
import type { Accelerator } from './machine.ts';

/** Beyond the users that adduser, systemd and containers hand out: nobody's. */
const firstUid = 0x7f000000;
const uidCount = 0x00ffffff;

/** What QEMU needs besides the guest's memory: code, tables, its translation cache, stacks it never fills. */
const qemuMemoryBytes = 4 * 1024 ** 3;

/** The jail this host can give a machine: as root with a user of its own, else as us; bubblewrap where it works. */
export async function jailFor(
  accelerator: Accelerator,
  size: { readonly memoryMiB: number; readonly fileBytes: number },
): Promise<Omit<Jail, 'writable'>> {
  const devices = accelerator === 'kvm' ? ['/dev/kvm'] : [];
  const bubblewrap = await bubblewrapWorks();
  // Another user cannot reach our files by their paths; only bubblewrap's own tree shows them to it.
  const asRoot = process.getuid?.() === 0;
  const canSwitch = asRoot && bubblewrap;
  const groups = await Promise.all(devices.map(groupOf));
  return {
    readable: [],
    devices,
    memoryBytes: size.memoryMiB * 1024 * 1024 + qemuMemoryBytes,
    fileBytes: size.fileBytes,
    bubblewrap,
    asRoot,
    ...(canSwitch
      ? { identity: { uid: firstUid + randomInt(uidCount), groups: groups.filter(group => group > 0) } }
      : {}),
  };
}

let bubblewrapAnswer: Promise<boolean> | undefined;

/** Whether bubblewrap can make its namespaces here; some hosts forbid them to ordinary users. */
export function bubblewrapWorks(): Promise<boolean> {
  bubblewrapAnswer ??= tryBubblewrap();
  return bubblewrapAnswer;
}

async function tryBubblewrap(): Promise<boolean> {
  if (!(await exists('/usr/bin/bwrap'))) return false;
  const binds = [
    '--ro-bind',
    '/usr',
    '/usr',
    '--ro-bind-try',
    '/lib',
    '/lib',
    '--ro-bind-try',
    '/lib64',
    '/lib64',
  ];
  const result = await runProgram(['bwrap', '--unshare-all', ...binds, '/usr/bin/true']);
  return result.code === 0;
}

async function groupOf(device: string): Promise<number> {
  const status = await stat(device).catch(() => undefined);
  return status?.gid ?? 0;
}
