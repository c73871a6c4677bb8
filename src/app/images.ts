import type { Progress } from '../model/ports.ts';
import type { PlatformId } from '../model/run.ts';
import { ensureDebianPackages } from '../sandbox/host/debian-packages.ts';
import { listPlatforms } from '../sandbox/image/image-recipe.ts';
import { prepareMachine } from '../sandbox/qemu/sandbox.ts';

/** Who is told what building does, and who may stop it. */
interface BuildContext {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Brings what this host lacks for machines of these platforms: Debian packages, images, snapshots. What is there already
 * costs next to nothing.
 */
export async function buildImages(
  platforms: readonly PlatformId[] | 'all',
  { progress, signal }: BuildContext,
  mirror: string | undefined,
): Promise<void> {
  await ensureDebianPackages(progress, signal);
  for (const platform of platforms === 'all' ? await listPlatforms() : platforms) {
    await prepareMachine(platform, { progress, signal, ...(mirror === undefined ? {} : { mirror }) });
  }
}
