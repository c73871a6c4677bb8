import { UserError } from '../base/user-error.ts';
import type { Progress, Sandbox } from '../model/ports.ts';
import type { ChosenSandbox, PlatformId } from '../model/run.ts';
import { ensureDebianPackages } from '../sandbox/host/debian-packages.ts';
import { createLocalSandbox } from '../sandbox/local/sandbox.ts';
import { createQemuSandbox } from '../sandbox/qemu/sandbox.ts';
import { listMachines } from '../sandbox/remote/machine-file.ts';
import { createRemoteSandbox } from '../sandbox/remote/sandbox.ts';
import { isRemote } from './platforms.ts';

/** Which sandbox a user asked for, and what that user lets it be. */
export interface SandboxChoice {
  readonly sandbox: ChosenSandbox;
  /** Whether the local sandbox may be used at all: its boundary is the host's own kernel. */
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
  let remote: Promise<Sandbox> | undefined;
  return platform => {
    if (isRemote(platform)) {
      remote ??= openRemote(choice);
      return remote;
    }
    here ??= openSandbox(choice);
    return here;
  };
}

/** Refuses the boundaries of the platforms that were asked for, where the user does not allow them: before anything starts. */
export async function refuseWeakBoundaries(
  choice: SandboxChoice,
  platforms: readonly PlatformId[],
): Promise<void> {
  if (choice.sandbox === 'local' && !platforms.every(isRemote)) refuseUnlessAllowed(choice);
  if (!choice.requireStrongBoundary || !platforms.some(isRemote)) return;
  const asked = (await listMachines()).filter(machine => platforms.includes(machine.platform));
  const weak = asked.find(machine => machine.boundary === 'weak');
  if (weak === undefined) return;
  throw new UserError(`${weak.platform} is a weak boundary by its own file`, {
    kind: 'usage',
    help: 'leave out --require-strong-boundary, or contain the machine by hardware virtualization',
  });
}

/** Opens the sandbox that was asked for, once this host has the programs for it; refuses what the user does not allow. */
export async function openSandbox(choice: Opening): Promise<Sandbox> {
  const { sandbox, progress, signal } = choice;
  if (sandbox === 'local') refuseUnlessAllowed(choice);
  await ensureDebianPackages(progress, signal);
  return openers[sandbox](choice, choice.mirror === undefined ? {} : { mirror: choice.mirror });
}

const openers = {
  qemu: ({ progress, requireStrongBoundary }, mirror) =>
    createQemuSandbox({ progress, requireStrongBoundary, ...mirror }),
  local: ({ progress }, mirror) => createLocalSandbox({ progress, ...mirror }),
} as const satisfies Record<
  ChosenSandbox,
  (opening: Opening, mirror: { readonly mirror?: string }) => Sandbox
>;

async function openRemote({ progress }: Opening): Promise<Sandbox> {
  return createRemoteSandbox({ machines: await listMachines(), progress });
}

function refuseUnlessAllowed({ allowWeakBoundary, requireStrongBoundary }: SandboxChoice): void {
  if (requireStrongBoundary) {
    throw new UserError('--sandbox local is a weak boundary, and --require-strong-boundary refuses those', {
      kind: 'usage',
      help: 'leave out one of the two',
    });
  }
  if (!allowWeakBoundary) {
    throw new UserError("--sandbox local lets the package run on this host's own kernel", {
      kind: 'usage',
      help: 'for a package you trust, add --allow-weak-boundary; else leave out --sandbox local',
    });
  }
}
