import { UserError } from '../../base/user-error.ts';
import type { Progress, Sandbox, Session } from '../../model/ports.ts';
import type { Machine, PlatformId } from '../../model/run.ts';
import { freshPersonality, personalise } from '../agent/personalise.ts';
import { createAgentSession } from '../agent/session.ts';
import type { Tracing } from '../agent/strace-command.ts';
import { buildImage } from '../image/build-image.ts';
import type { Image } from '../image/image.ts';
import { serveIndexInside } from './index-relay.ts';
import { type Room, startRoom } from './room.ts';
import { createSessionFolder } from './session-folder.ts';

/** What a local sandbox needs to know. */
export interface LocalSandboxOptions {
  readonly progress: Progress;
  /** A Debian mirror for images that must be built first. */
  readonly mirror?: string;
  /** How commands are traced, for benches. */
  readonly tracing?: Tracing;
}

/** Why this host cannot have local sandboxes, or undefined when it can. */
export function localSandboxProblem(): string | undefined {
  if (process.platform !== 'linux') return 'the local sandbox needs Linux namespaces';
  return process.getuid?.() === 0 ? undefined : 'the local sandbox needs root to mount overlays';
}

/**
 * Machines that are namespaces of this host over the image's tree: ready in a second, but the kernel is the host's
 * and so the boundary is `weak`. For trusted packages and our own corpora.
 */
export function createLocalSandbox(options: LocalSandboxOptions): Sandbox {
  const images = new Map<PlatformId, Promise<Image>>();
  return {
    async restore(platform, signal) {
      const problem = localSandboxProblem();
      if (problem !== undefined)
        throw new UserError(problem, { kind: 'host', help: 'run as root, or use a VM' });
      const image = images.get(platform) ?? buildImage({ ...options, platform, signal });
      images.set(platform, image);
      // A build that failed or was aborted is tried again by the next restore.
      image.catch(() => images.delete(platform));
      return openSession(await image, options.tracing, signal);
    },
  };
}

async function openSession(
  image: Image,
  tracing: Tracing | undefined,
  signal: AbortSignal,
): Promise<Session> {
  const folder = await createSessionFolder();
  try {
    const room = await startRoom({ image, folder: folder.path, signal });
    const dispose = async () => {
      await room[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    };
    return await furnish({ image, room, relay: folder.relay, tracing, dispose }, signal).catch(
      async error => {
        await dispose();
        throw error;
      },
    );
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}

/** Makes the room someone's, and a session. */
async function furnish(
  opened: {
    readonly image: Image;
    readonly room: Room;
    readonly relay: string;
    readonly tracing: Tracing | undefined;
    readonly dispose: () => Promise<void>;
  },
  signal: AbortSignal,
): Promise<Session> {
  const { image, room, relay, tracing, dispose } = opened;
  // The clock and the random pool are the host's: not ours to set.
  const { hostname, user, canaries } = freshPersonality();
  await personalise(room.channel, { hostname, user, canaries }, signal);
  const machine: Machine = {
    backend: 'local',
    platform: image.platform,
    image: image.digest,
    accelerator: 'none',
    boundary: 'weak',
    hostname,
    user,
    home: `/home/${user}`,
  };
  return createAgentSession(room.channel, machine, {
    tracing,
    serveIndex: (index, signal) => serveIndexInside(room.channel, index, { relay, signal }),
    dispose,
  });
}
