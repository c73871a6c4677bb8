import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { UserError } from '../../base/user-error.ts';
import type { GuestChannel } from '../agent/channel.ts';
import { keepHead } from '../host/keep-text.ts';
import type { Image } from '../image/image.ts';
import { createLocalChannel } from './channel.ts';

/** Namespaces of this host that look like a machine of their own, for as long as they are not disposed of. */
export interface Room extends AsyncDisposable {
  readonly channel: GuestChannel;
}

/** All that a machine writes is in memory, and no more than this: a package cannot fill the host's disk. */
const diskBytes = 4 * 1024 * 1024 * 1024;
const maxFiles = 1_000_000;

/** How long the namespaces may take to appear, and to be gone. */
const startMs = 20_000;
const endMs = 10_000;

/** Longest complaint of the tools that is kept. */
const complaintLimit = 2000;

/**
 * Runs in a mount namespace of its own, so every mount ends with it. $1: size, $2: files; the rest is the jail.
 * The names are relative: a path with a comma or a colon would be read as options. Without redirect_dir, renaming a
 * folder of the image fails, which no machine's disk does.
 */
const mountScript = `
mount -t tmpfs -o "size=$1,nr_inodes=$2,mode=0700" disk disk
mkdir disk/upper disk/work
mount -t overlay -o lowerdir=tree,upperdir=disk/upper,workdir=disk/work,redirect_dir=on overlay root
shift 2
exec "$@"
`;

/** Starts the namespaces over an image's tree; `folder` is the session's own. */
export async function startRoom(options: {
  readonly image: Image;
  readonly folder: string;
  readonly signal: AbortSignal;
}): Promise<Room> {
  const { image, folder, signal } = options;
  signal.throwIfAborted();
  await mkdir(join(folder, 'disk'));
  await mkdir(join(folder, 'root'));
  await symlink(image.tree, join(folder, 'tree'));
  const mount = ['sh', '-euc', mountScript, 'sh', String(diskBytes), String(maxFiles)];
  const argv = ['--mount', '--propagation', 'private', '--', ...mount, ...jail(image, folder)];
  const keeper = spawn('/usr/bin/unshare', argv, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  try {
    const pid = await waitUntilReady(keeper, signal);
    return { channel: createLocalChannel(pid), [Symbol.asyncDispose]: () => end(keeper) };
  } catch (error) {
    await end(keeper);
    throw error;
  }
}

/** The jail's init ends, and all with it, when its standard input does: also when this process is killed. */
function jail(image: Image, folder: string): readonly string[] {
  return [
    ...['bwrap', '--die-with-parent', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
    ...['--bind', 'root', '/', '--dev', '/dev', '--perms', '1777', '--tmpfs', '/dev/shm'],
    ...['--proc', '/proc', '--tmpfs', '/run'],
    ...['--ro-bind', image.agent, '/run/agent', '--ro-bind', join(image.agent, 'probes'), '/usr/lib/probes'],
    ...['--bind', join(folder, 'relay'), '/run/relay'],
    ...['--clearenv', '--info-fd', '3', '--', '/bin/sh', '-c', 'echo ready; exec /bin/cat'],
  ];
}

async function waitUntilReady(keeper: ChildProcess, signal: AbortSignal): Promise<number> {
  const said = collect(keeper.stdio[1]);
  const information = collect(keeper.stdio[3]);
  const complaint = collect(keeper.stdio[2]);
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
  const pid = () => /"child-pid": (\d+)/.exec(information())?.[1];
  await new Promise<void>(resolve => {
    // They come by two pipes, and which of them is read first is chance.
    const look = () => said() === 'ready\n' && pid() !== undefined && resolve();
    keeper.stdio[1]?.on('data', look);
    keeper.stdio[3]?.on('data', look);
    keeper.on('error', () => resolve());
    keeper.on('exit', () => resolve());
    timeout.addEventListener('abort', () => resolve());
  });
  signal.throwIfAborted();
  if (said() === 'ready\n' && pid() !== undefined) return Number(pid());
  throw new UserError(`the local sandbox could not be started: ${complaint().trim() || 'no answer'}`, {
    kind: 'host',
    help: 'it needs bubblewrap, overlayfs and the right to mount; buildhaus doctor says more',
  });
}

/** What comes by one of the pipes; all are there, as asked for. */
function collect(stream: unknown): () => string {
  return stream instanceof Readable ? keepHead(stream, complaintLimit).text : () => '';
}

function end(keeper: ChildProcess): Promise<void> {
  if (keeper.pid === undefined || keeper.exitCode !== null || keeper.signalCode !== null)
    return Promise.resolve();
  return new Promise(resolve => {
    const timer = setTimeout(() => keeper.kill('SIGKILL'), endMs);
    keeper.on('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    keeper.stdin?.destroy();
  });
}
