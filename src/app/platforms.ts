import { UserError } from '../base/user-error.ts';
import type { PlatformId } from '../model/run.ts';
import type { Tracer } from '../model/trace.ts';
import { listPlatforms } from '../sandbox/image/image-recipe.ts';
import { listMachines, machinesFolder } from '../sandbox/windows/machine-file.ts';
import { etw } from '../tracers/etw/index.ts';
import { strace } from '../tracers/strace/index.ts';

/**
 * Refuses a platform that has neither an image recipe nor a machine, naming those that have. Machine files are the
 * user's: one that is broken only counts where the platform is in no other, since it may be the one that is meant.
 */
export async function requirePlatform(platform: PlatformId): Promise<void> {
  const ours = await listPlatforms();
  if (ours.includes(platform)) return;
  const { machines, broken } = await listMachines();
  const known = [...ours, ...machines.map(machine => machine.platform)];
  if (known.includes(platform)) return;
  const [first] = broken;
  if (first !== undefined) throw first;
  throw new UserError(`there is no platform ${platform}`, {
    kind: 'usage',
    help: `platforms: ${known.join(', ')}; a Windows machine is described in ${machinesFolder()} (examples/machines)`,
  });
}

/** Refuses a terminal where no command can have one, before anything starts. */
export function refuseTerminal(tty: boolean, platforms: readonly PlatformId[]): void {
  const windows = platforms.find(isWindows);
  if (!tty || windows === undefined) return;
  throw new UserError(`--tty: commands on ${windows} have no terminal`, {
    kind: 'usage',
    help: 'leave out --tty, or analyze on the other platforms by themselves',
  });
}

/** Whether a platform is a machine reached over SSH, not an image of ours. */
export function isWindows(platform: PlatformId): boolean {
  return platform.startsWith('windows-');
}

/** What watches commands on a platform. */
export function tracerOf(platform: PlatformId): Tracer {
  return isWindows(platform) ? etw : strace;
}
