import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandoned, removeTree } from '../../image/build-folder.ts';
import { type Image, readAllImages } from '../../image/image.ts';
import { askVersion } from '../accelerator.ts';
import { accelerators } from '../machine.ts';
import { snapshotName } from './snapshot-name.ts';

/**
 * Removes the snapshots that no machine would start from any more: another QEMU made them, or other preparations. Without
 * QEMU nobody can tell, and nothing is removed. Gives what went.
 */
export async function removeSupersededSnapshots(signal: AbortSignal): Promise<readonly string[]> {
  const version = await askVersion(signal).catch(() => undefined);
  return version === undefined ? [] : removeOtherSnapshots(await readAllImages(), version);
}

/** Removes the snapshots of these images but those that this QEMU makes, under any accelerator. */
export async function removeOtherSnapshots(
  images: readonly Pick<Image, 'platform' | 'snapshots'>[],
  version: string,
): Promise<readonly string[]> {
  const current = accelerators.map(accelerator => snapshotName({ version, accelerator }));
  const removed: string[] = [];
  for (const { platform, snapshots } of images) {
    await removeAbandoned(snapshots);
    for (const name of await readdir(snapshots).catch(() => [])) {
      if (!name.startsWith('qemu-') || current.includes(name)) continue;
      await removeTree(join(snapshots, name));
      removed.push(`snapshot ${platform} ${name}`);
    }
  }
  return removed;
}
