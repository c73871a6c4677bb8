import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isStillRunning, readStartTime } from '../host/process-start-time.ts';
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
  const name = [process.pid, await readStartTime(process.pid), randomBytes(4).toString('hex')].join('-');
  const path = join(localSessionsFolder(), name);
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
      const [pid, startTime = ''] = name.split('-');
      if (await isStillRunning(Number(pid), startTime)) return false;
      // Another user's stays: it is no reason not to start.
      return rm(join(localSessionsFolder(), name), { recursive: true, force: true }).then(
        () => true,
        () => false,
      );
    }),
  );
  return removed.filter(Boolean).length;
}
