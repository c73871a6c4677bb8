import { UserError } from '../base/user-error.ts';
import type { Progress, Sandbox } from '../model/ports.ts';
import type { ChosenSandbox, PlatformId } from '../model/run.ts';
import { ensureDebianPackages } from '../sandbox/host/debian-packages.ts';
import { createLocalSandbox } from '../sandbox/local/sandbox.ts';
import { createQemuSandbox } from '../sandbox/qemu/sandbox.ts';
import { listMachines } from '../sandbox/windows/machine-file.ts';
import { createWindowsSandbox } from '../sandbox/windows/sandbox.ts';
import { isWindows } from './platforms.ts';

/** Which sandbox a user asked for, and what that user lets it be. */
export interface SandboxChoice {
  readonly sandbox: ChosenSandbox;
  /** Whether a sandbox that lets a package share this host may be used at all. */
  readonly allowWeakBoundary: boolean;
  /** Whether everything but hardware virtualization is refused. */
  readonly requireStrongBoundary: boolean;
  /** A Debian mirror for images that must be built; undefined for mmdebstrap's own. */
  readonly mirror: string | undefined;
}

/** What opening a sandbox needs besides the user's choice. */
type Opening = SandboxChoice & { readonly progress: Progress; readonly signal: AbortSignal };

/** Gives each platform its sandbox: a machine reached over SSH has one of its own, whatever was chosen for the others. */
export function openSandboxes(choice: Opening): (platform: PlatformId) => Promise<Sandbox> {
  let here: Promise<Sandbox> | undefined;
  let windows: Promise<Sandbox> | undefined;
  const hold = choice.requireStrongBoundary ? strongOnly : (sandbox: Sandbox) => sandbox;
  return platform => {
    if (isWindows(platform)) {
      windows ??= openWindows(choice).then(hold);
      return windows;
    }
    here ??= openHere(choice).then(hold);
    return here;
  };
}

/** Refuses the boundaries of the platforms that were asked for, where the user does not allow them: before anything starts. */
export async function refuseWeakBoundaries(
  choice: SandboxChoice,
  platforms: readonly PlatformId[],
): Promise<void> {
  if (!platforms.every(isWindows)) refuseUnlessAllowed(choice);
  if (!choice.requireStrongBoundary || !platforms.some(isWindows)) return;
  const { machines } = await listMachines();
  const asked = machines.filter(machine => platforms.includes(machine.platform));
  const weak = asked.find(machine => machine.boundary === 'weak');
  if (weak === undefined) return;
  throw new UserError(`${weak.platform} is a weak boundary by its own file`, {
    kind: 'usage',
    help: 'leave out --require-strong-boundary, or contain the machine by hardware virtualization',
  });
}

/** Held to what each of its machines says of itself: the last word, whatever was refused before one was there. */
function strongOnly(sandbox: Sandbox): Sandbox {
  return {
    restore: async (platform, signal) => {
      const session = await sandbox.restore(platform, signal);
      const { backend, boundary } = session.machine;
      if (boundary === 'strong') return session;
      await session[Symbol.asyncDispose]();
      throw new UserError(`the ${backend} machine of ${platform} is a weak boundary`, {
        kind: 'host',
        help: 'leave out --require-strong-boundary, or run it where hardware virtualization contains it',
      });
    },
  };
}

/** Opens the sandbox that was asked for, once this host has the programs for it; refuses what the user does not allow. */
async function openHere(choice: Opening): Promise<Sandbox> {
  const { sandbox, progress, signal } = choice;
  refuseUnlessAllowed(choice);
  await ensureDebianPackages(progress, signal);
  return openers[sandbox].open(choice, choice.mirror === undefined ? {} : { mirror: choice.mirror });
}

interface Opener {
  /** What of this host runs the package's code: the user must allow that. Undefined only for a virtual machine. */
  readonly shares: string | undefined;
  readonly open: (opening: Opening, mirror: { readonly mirror?: string }) => Sandbox;
}

const openers = {
  qemu: {
    shares: undefined,
    open: ({ progress, requireStrongBoundary }, mirror) =>
      createQemuSandbox({ progress, requireStrongBoundary, ...mirror }),
  },
  local: {
    shares: "this host's own kernel",
    open: ({ progress }, mirror) => createLocalSandbox({ progress, ...mirror }),
  },
} as const satisfies Record<ChosenSandbox, Opener>;

async function openWindows({ progress }: Opening): Promise<Sandbox> {
  const { machines } = await listMachines();
  return createWindowsSandbox({ machines, progress });
}

function refuseUnlessAllowed(choice: SandboxChoice): void {
  const { sandbox, allowWeakBoundary, requireStrongBoundary } = choice;
  const { shares } = openers[sandbox];
  if (shares === undefined) return;
  if (requireStrongBoundary) {
    throw new UserError(
      `--sandbox ${sandbox} is a weak boundary, and --require-strong-boundary refuses those`,
      { kind: 'usage', help: 'leave out one of the two' },
    );
  }
  if (!allowWeakBoundary) {
    throw new UserError(`--sandbox ${sandbox} lets the package run on ${shares}`, {
      kind: 'usage',
      help: `for a package you trust, add --allow-weak-boundary; else leave out --sandbox ${sandbox}`,
    });
  }
}
