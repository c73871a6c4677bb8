import { at, type FileRow, named, nowhere, of, type PathFrom, type SyscallTable, verbatim } from './row.ts';

/**
 * Calls that name files.
 *
 * strace cannot know whether an open with `O_CREAT` made the file or found it: every open is a `file.open`, with
 * its flags in `args`. `file.create` is for calls that only ever make something new: mkdir, mknod, memfd_create.
 */
export const files = {
  open: { family: 'file', kind: 'file.open', path: named(0), flags: 1, mode: 2, keep: 1, effect: 'open' },
  openat: { family: 'file', kind: 'file.open', path: at(0, 1), flags: 2, mode: 3, keep: 2, effect: 'open' },
  openat2: {
    family: 'file',
    kind: 'file.open',
    path: { ...at(0, 1), how: 2 },
    flags: 2,
    keep: 2,
    effect: 'open',
  },
  creat: { family: 'file', kind: 'file.open', path: named(0), access: 'write', mode: 1, effect: 'open' },
  open_by_handle_at: {
    family: 'file',
    kind: 'file.open',
    path: nowhere,
    flags: 2,
    keep: 'all',
    effect: 'open',
  },
  open_tree: { family: 'file', kind: 'file.open', path: at(0, 1), access: 'path', keep: 2, effect: 'open' },
  open_tree_attr: {
    family: 'file',
    kind: 'file.open',
    path: at(0, 1),
    access: 'path',
    keep: 'all',
    effect: 'open',
  },
  memfd_create: {
    family: 'file',
    kind: 'file.create',
    path: verbatim(0, '/memfd:'),
    keep: 1,
    effect: 'open',
  },
  memfd_secret: { family: 'file', kind: 'file.create', path: nowhere, keep: 'all', effect: 'open' },

  mkdir: create(named(0), 1),
  mkdirat: create(at(0, 1), 2),
  mknod: create(named(0), 1),
  mknodat: create(at(0, 1), 2),

  unlink: about('file.delete', named(0)),
  unlinkat: { ...about('file.delete', at(0, 1)), keep: 2 },
  rmdir: about('file.delete', named(0)),

  rename: two('file.rename', named(0), named(1)),
  renameat: two('file.rename', at(0, 1), at(2, 3)),
  renameat2: { ...two('file.rename', at(0, 1), at(2, 3)), keep: 4 },
  link: two('file.link', named(0), named(1)),
  linkat: { ...two('file.link', at(0, 1), at(2, 3)), keep: 4 },
  symlink: two('file.symlink', named(1), verbatim(0)),
  symlinkat: two('file.symlink', at(1, 2), verbatim(0)),
  readlink: about('file.readlink', named(0)),
  readlinkat: about('file.readlink', at(0, 1)),

  chmod: { ...about('file.chmod', named(0)), mode: 1 },
  fchmod: { ...about('file.chmod', of(0)), mode: 1 },
  fchmodat: { ...about('file.chmod', at(0, 1)), mode: 2 },
  fchmodat2: { ...about('file.chmod', at(0, 1)), mode: 2 },
  chown: { ...about('file.chown', named(0)), keep: 'all' },
  chown32: { ...about('file.chown', named(0)), keep: 'all' },
  lchown: { ...about('file.chown', named(0)), keep: 'all' },
  lchown32: { ...about('file.chown', named(0)), keep: 'all' },
  fchown: { ...about('file.chown', of(0)), keep: 'all' },
  fchown32: { ...about('file.chown', of(0)), keep: 'all' },
  fchownat: { ...about('file.chown', at(0, 1)), keep: 'all' },
  truncate: { ...about('file.truncate', named(0)), bytes: 1 },
  truncate64: { ...about('file.truncate', named(0)), bytes: 1 },
  ftruncate: { ...about('file.truncate', of(0)), bytes: 1 },
  ftruncate64: { ...about('file.truncate', of(0)), bytes: 1 },
  fallocate: { ...about('file.truncate', of(0)), keep: 'all' },

  utime: { ...about('file.attribute', named(0)), keep: 'all' },
  utimes: { ...about('file.attribute', named(0)), keep: 'all' },
  utimensat: { ...about('file.attribute', at(0, 1)), keep: 'all' },
  futimesat: { ...about('file.attribute', at(0, 1)), keep: 'all' },
  setxattr: { ...about('file.attribute', named(0)), keep: 'all' },
  lsetxattr: { ...about('file.attribute', named(0)), keep: 'all' },
  fsetxattr: { ...about('file.attribute', of(0)), keep: 'all' },
  setxattrat: { ...about('file.attribute', at(0, 1)), keep: 'all' },
  removexattrat: { ...about('file.attribute', at(0, 1)), keep: 'all' },
  file_setattr: { ...about('file.attribute', at(0, 1)), keep: 'all' },
  removexattr: { ...about('file.attribute', named(0)), keep: 1 },
  lremovexattr: { ...about('file.attribute', named(0)), keep: 1 },
  fremovexattr: { ...about('file.attribute', of(0)), keep: 1 },

  stat: about('file.stat', named(0)),
  stat64: about('file.stat', named(0)),
  oldstat: about('file.stat', named(0)),
  lstat: about('file.stat', named(0)),
  lstat64: about('file.stat', named(0)),
  oldlstat: about('file.stat', named(0)),
  fstat: about('file.stat', of(0)),
  fstat64: about('file.stat', of(0)),
  oldfstat: about('file.stat', of(0)),
  newfstatat: about('file.stat', at(0, 1)),
  fstatat64: about('file.stat', at(0, 1)),
  statx: about('file.stat', at(0, 1)),
  statfs: about('file.stat', named(0)),
  statfs64: about('file.stat', named(0)),
  fstatfs: about('file.stat', of(0)),
  fstatfs64: about('file.stat', of(0)),
  access: { ...about('file.access', named(0)), keep: 1 },
  faccessat: { ...about('file.access', at(0, 1)), keep: 2 },
  faccessat2: { ...about('file.access', at(0, 1)), keep: 2 },
  getdents: { ...about('file.list', of(0)), bytes: 'returned' },
  getdents64: { ...about('file.list', of(0)), bytes: 'returned' },

  chdir: { ...about('file.chdir', named(0)), effect: 'change-folder' },
  fchdir: { ...about('file.chdir', of(0)), effect: 'change-folder' },
  chroot: about('file.mount', named(0)),
  pivot_root: two('file.mount', named(0), named(1)),
  mount: { ...two('file.mount', named(1), verbatim(0)), keep: 'all' },
  move_mount: { ...two('file.mount', at(2, 3), at(0, 1)), keep: 'all' },
  umount: about('file.mount', named(0)),
  umount2: { ...about('file.mount', named(0)), keep: 1 },
  swapon: about('file.mount', named(0)),
} as const satisfies SyscallTable;

function about(kind: FileRow['kind'], path: PathFrom): FileRow {
  return { family: 'file', kind, path };
}

function two(kind: FileRow['kind'], path: PathFrom, path2: PathFrom): FileRow {
  return { family: 'file', kind, path, path2 };
}

function create(path: PathFrom, mode: number): FileRow {
  return { family: 'file', kind: 'file.create', path, mode };
}
