import { isStillRunning } from '../sandbox/host/process-start-time.ts';
import { removeOutdatedImages } from '../sandbox/image/images.ts';
import { removeOrphans as removeLocalOrphans } from '../sandbox/local/session-folder.ts';
import { removeOrphans as removeMachines } from '../sandbox/qemu/session-folder.ts';
import { removeSupersededSnapshots } from '../sandbox/qemu/snapshot/superseded-snapshots.ts';
import { removePartials } from '../store/bundle/runs.ts';

/** Removes what processes that are gone left behind: machines, their disks, half-made bundles. Says what it removed. */
export async function cleanUp(runs: string): Promise<readonly string[]> {
  const machines = (await removeMachines()) + (await removeLocalOrphans());
  const partials = await removePartials(runs, isStillRunning);
  return [
    ...(machines === 0 ? [] : [`${machines} machines whose owner is gone`]),
    ...partials.map(run => `run ${run}, which was never finished`),
  ];
}

/** Removes all that can be: what `cleanUp` does, and images and snapshots that an older Buildhaus, image recipe or QEMU left. */
export async function collectGarbage(runs: string, signal: AbortSignal): Promise<readonly string[]> {
  return [
    ...(await cleanUp(runs)),
    ...(await removeOutdatedImages()),
    ...(await removeSupersededSnapshots(signal)),
  ];
}
