import { messageOf } from '../../base/message-of.ts';
import { UserError } from '../../base/user-error.ts';
import type { Progress, Sandbox, Session } from '../../model/ports.ts';
import type { Boundary, PlatformId } from '../../model/run.ts';
import { freshPersonality, personalise } from '../agent/personalise.ts';
import { createAgentSession } from '../agent/session.ts';
import type { Tracing } from '../agent/strace-command.ts';
import { buildImage } from '../image/build-image.ts';
import type { Image } from '../image/image.ts';
import { type Acceleration, probeAccelerator, refuseHardware, withoutHardware } from './accelerator.ts';
import { restoreMachine } from './restore.ts';
import { ensureSnapshot, type Snapshot } from './snapshot/snapshot.ts';

/** What a QEMU sandbox needs to know. */
export interface QemuSandboxOptions {
  readonly progress: Progress;
  /** Refuse to run without hardware virtualization. */
  readonly requireStrongBoundary?: boolean;
  /** A Debian mirror for images that must be built first. */
  readonly mirror?: string;
  /** How commands are traced, for benches. */
  readonly tracing?: Tracing;
}

/** A machine ready to be restored any number of times. */
export interface PreparedMachine {
  readonly image: Image;
  readonly snapshot: Snapshot;
  readonly acceleration: Acceleration;
}

/** Machines under QEMU: each session is the image's snapshot, restored and made one of a kind. */
export function createQemuSandbox(options: QemuSandboxOptions): Sandbox {
  const prepared = new Map<PlatformId, Promise<PreparedMachine>>();
  const prepareOnce = (platform: PlatformId, signal: AbortSignal) => {
    const present = prepared.get(platform);
    if (present) return present;
    const made = prepareMachine(platform, { ...options, signal });
    prepared.set(platform, made);
    made.catch(() => prepared.delete(platform));
    return made;
  };
  return {
    restore: async (platform, signal) =>
      restoreSession(await prepareOnce(platform, signal), options.tracing, signal),
  };
}

/** Sees to it that a platform's image and its snapshot for this host are there. */
export async function prepareMachine(
  platform: PlatformId,
  options: QemuSandboxOptions & { readonly signal: AbortSignal },
): Promise<PreparedMachine> {
  const acceleration = await probeAccelerator(options.signal);
  refuseWeakBoundary(acceleration, options);
  const image = await buildImage({ ...options, platform });
  try {
    return { image, acceleration, snapshot: await ensureSnapshot(image, acceleration, options) };
  } catch (error) {
    options.signal.throwIfAborted();
    if (acceleration.accelerator === 'tcg') throw error;
    const emulation = withoutHardware(acceleration, messageOf(error));
    refuseWeakBoundary(emulation, options);
    const snapshot = await ensureSnapshot(image, emulation, options);
    // Only now: what keeps an emulated guest from starting as well is not the hardware's fault.
    await refuseHardware(messageOf(error), options.signal);
    return { image, acceleration: emulation, snapshot };
  }
}

function refuseWeakBoundary(acceleration: Acceleration, options: QemuSandboxOptions): void {
  if (options.requireStrongBoundary !== true || boundaryOf(acceleration) === 'strong') return;
  throw new UserError(`no hardware virtualization on this host: ${acceleration.reason}`, {
    kind: 'host',
    help: 'run on a host with KVM, or leave out --require-strong-boundary',
  });
}

/** Emulation is no boundary by QEMU's own security policy; hardware virtualization is. */
export function boundaryOf(acceleration: Pick<Acceleration, 'accelerator'>): Boundary {
  return acceleration.accelerator === 'tcg' ? 'weak' : 'strong';
}

async function restoreSession(
  prepared: PreparedMachine,
  tracing: Tracing | undefined,
  signal: AbortSignal,
): Promise<Session> {
  const { image, snapshot, acceleration } = prepared;
  const restored = await restoreMachine(image, snapshot, signal);
  // Only now: it holds the time to set the clock to.
  const personality = freshPersonality();
  try {
    await personalise(restored.channel, personality, signal);
  } catch (error) {
    await restored[Symbol.asyncDispose]();
    throw error;
  }
  const machine = {
    backend: 'qemu',
    platform: image.platform,
    image: image.digest,
    accelerator: acceleration.accelerator,
    boundary: boundaryOf(acceleration),
    hostname: personality.hostname,
    user: personality.user,
    home: `/home/${personality.user}`,
  } as const;
  return createAgentSession(restored.channel, machine, {
    tracing,
    serveIndex: restored.channel.serveIndex,
    dispose: async () => restored[Symbol.asyncDispose](),
  });
}
