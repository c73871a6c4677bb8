import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../src/sandbox/image/cache.ts';
import { machineFiles, rewritten } from './machine-files.ts';

/** Looks whether a case touched this host: its settings, its machines, its loopback, its processes, what a session leaves. */
export interface HostWatch extends AsyncDisposable {
  /** A sentence for each thing that is not as it was when the watch began. */
  changes(): Promise<readonly string[]>;
}

/** Where a package that got out would write first, and nobody else does meanwhile. */
const watched = ['/etc', '/boot', '/usr/local', '/var/spool', '/opt'] as const;
const maxWatched = 100_000;

/** Begins to watch, and listens on the host's loopback: a guest that gets there is heard. */
export async function watchHost(): Promise<HostWatch> {
  const before = {
    files: await fileDigests(),
    machines: await machineFiles(),
    children: await children(),
    sessions: await sessions(),
  };
  let heard = 0;
  const server = createServer(socket => {
    heard += 1;
    socket.destroy();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    changes: async () => {
      const files = await fileDigests();
      const left = [...(await children())].filter(pid => !before.children.has(pid));
      const folders = [...(await sessions())].filter(name => !before.sessions.has(name));
      return [
        ...[...files].filter(([root, digest]) => before.files.get(root) !== digest),
        ...rewritten(before.machines, await machineFiles()).map(file => [`${file} is not as it was before`]),
        ...left.map(pid => [`the process ${pid} is still there`]),
        ...folders.map(name => [`the session folder ${name} is still there`]),
        ...(heard > 0 ? [[`${heard} connections from the guest to the host's loopback`]] : []),
      ].map(([what = '']) => (watchedRoots().includes(what) ? `${what} was changed on the host` : what));
    },
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())),
  };
}

function watchedRoots(): readonly string[] {
  return [...watched, homedir()];
}

/** One digest for each folder: names, kinds, sizes, modes and change times of all in it. Of the home only its files. */
async function fileDigests(): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for (const root of watchedRoots()) {
    const hash = createHash('sha256');
    const names = await readdir(root, { recursive: root !== homedir() }).catch(() => []);
    for (const name of names.sort().slice(0, maxWatched)) {
      const found = await lstat(path.join(root, name)).catch(() => undefined);
      if (found === undefined || (root === homedir() && !found.isFile())) continue;
      hash.update(`${name}\0${found.mode} ${found.isFile() ? found.size : 0} ${found.ctimeMs}\n`);
    }
    digests.set(root, hash.digest('hex'));
  }
  return digests;
}

/** Processes that this one started and that have not ended. */
async function children(): Promise<ReadonlySet<string>> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const mine = new Set<string>();
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (parent === String(process.pid)) mine.add(pid);
  }
  return mine;
}

/** Folders of sessions that belong to this process. */
async function sessions(): Promise<ReadonlySet<string>> {
  const names = async (kind: string) => readdir(path.join(cacheFolder(), kind)).catch(() => []);
  const local = (await names('local')).filter(name => name.startsWith(`${process.pid}-`));
  const owners = await Promise.all(
    (await names('sessions')).map(async name => {
      const owner = await readFile(path.join(cacheFolder(), 'sessions', name, 'owner.json'), 'utf8').catch(
        () => '',
      );
      return owner.includes(`"pid":${process.pid},`) ? [name] : [];
    }),
  );
  return new Set([...local, ...owners.flat()]);
}
