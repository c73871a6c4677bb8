import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createOwnerName, isOwnerRunning } from '../host/owner-name.ts';
import { cacheFolder } from '../image/cache.ts';

/**
 * What a session has on the host: mount points and the relay's socket. All that the machine writes is in memory and
 * gone with its namespaces, so removing the folder is all there is to clean.
 */
export interface SessionFolder extends AsyncDisposable {
  readonly path: string;
  /** Where the index's socket is put; bound into the machine. */
  readonly relay: string;
}

/** Where the folders of running local machines are. */
function localSessionsFolder(): string {
  return join(cacheFolder(), 'local');
}

/** Makes a folder for one machine, removed when disposed of. Its name says which process owns it. */
export async function createSessionFolder(): Promise<SessionFolder> {
  const path = join(localSessionsFolder(), await createOwnerName());
  const relay = join(path, 'relay');
  await mkdir(relay, { recursive: true, mode: 0o700 });
  return { path, relay, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Removes the session folders of processes that are gone; gives how many there were. Their machines are gone already:
 * a room ends with the process that holds its standard input.
 */
export async function removeOrphans(): Promise<number> {
  const names = await readdir(localSessionsFolder()).catch(() => []);
  const removed = await Promise.all(
    names.map(async name => {
      if (await isOwnerRunning(name)) return false;
      // Another user's stays: it is no reason not to start.
      return rm(join(localSessionsFolder(), name), { recursive: true, force: true }).then(
        () => true,
        () => false,
      );
    }),
  );
  return removed.filter(Boolean).length;
}
