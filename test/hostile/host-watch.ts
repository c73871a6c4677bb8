import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { ownProcesses, ownSessions } from '../helpers/own-sessions.ts';
import { fileDigest } from './file-digest.ts';
import { machineFiles, rewritten } from './machine-files.ts';

/** Looks whether a case touched this host: its settings, its machines, its loopback, its processes, what a session leaves. */
export interface HostWatch extends AsyncDisposable {
  /** A sentence for each thing that is not as it was when the watch began. */
  changes(): Promise<readonly string[]>;
}

/** Where a package that got out would write first, and nobody else does meanwhile. */
const watched = ['/etc', '/boot', '/usr/local', '/var/spool', '/opt'] as const;

/** Begins to watch, and listens on the host's loopback: a guest that gets there is heard. */
export async function watchHost(): Promise<HostWatch> {
  const before = {
    files: await fileDigests(),
    machines: await machineFiles(),
    processes: await ownProcesses(),
    sessions: await ownSessions(),
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
      const left = [...(await ownProcesses())].filter(pid => !before.processes.has(pid));
      const folders = [...(await ownSessions())].filter(name => !before.sessions.has(name));
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

/** One digest for each folder; of the home only its files. A watch that sees nothing would find nothing changed. */
async function fileDigests(): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  let names = 0;
  for (const root of watchedRoots()) {
    const digest = root === homedir() ? await fileDigest(root, 1) : await fileDigest(root);
    digests.set(root, digest.sha256);
    names += digest.names;
  }
  if (names === 0) throw new Error('nothing of this host could be looked at');
  return digests;
}
