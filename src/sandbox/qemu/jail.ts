import { dirname } from 'node:path';

/** What the jail lets QEMU have. */
export interface Jail {
  /** The only folder it can write. */
  readonly writable: string;
  readonly readable: readonly string[];
  /** Device files besides the harmless ones. */
  readonly devices: readonly string[];
  readonly memoryBytes: number;
  /** Largest file it can write: the most an overlay can grow to. */
  readonly fileBytes: number;
  /** A user nobody else has, when we are root; else QEMU stays us. */
  readonly identity?: { readonly uid: number; readonly groups: readonly number[] };
  readonly bubblewrap: boolean;
  /** Whether we are root: then QEMU loses all of root's capabilities, also where it cannot be another user. */
  readonly asRoot: boolean;
}

/** Threads and processes of a jailed QEMU: its processors and its workers for disks. */
const processLimit = 128;
const openFileLimit = 256;

/**
 * Wraps a QEMU command so that a guest that takes QEMU over has little: limits, a file system of the few files it
 * needs, no network, no other processes, no capabilities, a user of its own. It dies when we do.
 */
export function jailed(command: readonly string[], jail: Jail): readonly [string, ...string[]] {
  const limits = [
    'prlimit',
    '--core=0',
    `--as=${jail.memoryBytes}`,
    `--fsize=${jail.fileBytes}`,
    `--nofile=${openFileLimit}`,
    // Counted by user: only one that is nobody else's can have its own.
    ...(jail.identity ? [`--nproc=${processLimit}`] : []),
    '--',
  ] as const;
  return [...limits, ...(jail.bubblewrap ? bubblewrap(jail) : []), ...identity(jail), ...command];
}

function bubblewrap(jail: Jail): readonly string[] {
  const namespaces = jail.identity
    ? // Real root needs no user namespace, and drops to the given user below.
      [
        ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
        ...[
          '--cap-drop',
          'ALL',
          '--cap-add',
          'CAP_SETUID',
          '--cap-add',
          'CAP_SETGID',
          '--cap-add',
          'CAP_SETPCAP',
        ],
      ]
    : ['--unshare-all', '--cap-drop', 'ALL'];
  return [
    'bwrap',
    ...namespaces,
    ...['--die-with-parent', '--new-session', '--clearenv', '--setenv', 'PATH', '/usr/bin:/bin'],
    ...['--ro-bind', '/usr', '/usr', '--ro-bind-try', '/lib', '/lib', '--ro-bind-try', '/lib64', '/lib64'],
    ...[
      '--ro-bind-try',
      '/bin',
      '/bin',
      '--dir',
      '/etc',
      '--ro-bind-try',
      '/etc/ld.so.cache',
      '/etc/ld.so.cache',
    ],
    ...['--dev', '/dev', '--tmpfs', '/tmp'],
    ...jail.devices.flatMap(device => ['--dev-bind-try', device, device]),
    // Made beforehand, because those that bubblewrap makes for a bind are closed to other users.
    ...[jail.writable, ...jail.readable].flatMap(path => ['--dir', dirname(path)]),
    ...jail.readable.flatMap(path => ['--ro-bind', path, path]),
    ...['--bind', jail.writable, jail.writable, '--chdir', '/', '--'],
  ];
}

function identity(jail: Jail): readonly string[] {
  // Only root may shrink the bounding set; without it, root's next program would have every capability again.
  const bounds = jail.asRoot ? ['--bounding-set=-all'] : [];
  const always = ['setpriv', '--no-new-privs', '--inh-caps=-all', ...bounds];
  if (!jail.identity) return [...always, '--'];
  const { uid, groups } = jail.identity;
  const supplementary = groups.length > 0 ? `--groups=${groups.join(',')}` : '--clear-groups';
  return [...always, `--reuid=${uid}`, `--regid=${uid}`, supplementary, '--'];
}
