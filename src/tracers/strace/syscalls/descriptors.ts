import type { RawRow, SyscallTable } from './row.ts';

/**
 * Calls that are `raw` events and still change what a process' descriptors and folder are.
 * Calls that only give a descriptor are here so that the number does not keep the path of the file it was before.
 */
export const descriptors = {
  close: does('close'),
  close_range: does('close-range'),
  dup: does('duplicate'),
  dup2: does('duplicate'),
  dup3: does('duplicate'),
  fcntl: does('control'),
  fcntl64: does('control'),
  getcwd: does('learn-folder'),
  unshare: does('unshare'),
  pipe: does('new-pair'),
  pipe2: does('new-pair'),
  epoll_create: does('new-descriptor'),
  epoll_create1: does('new-descriptor'),
  eventfd: does('new-descriptor'),
  eventfd2: does('new-descriptor'),
  signalfd: does('new-descriptor'),
  signalfd4: does('new-descriptor'),
  timerfd_create: does('new-descriptor'),
  inotify_init: does('new-descriptor'),
  inotify_init1: does('new-descriptor'),
  fanotify_init: does('new-descriptor'),
  pidfd_open: does('new-descriptor'),
  perf_event_open: does('new-descriptor'),
  mq_open: does('new-descriptor'),
  userfaultfd: does('new-descriptor'),
  io_uring_setup: does('new-descriptor'),
  landlock_create_ruleset: does('new-descriptor'),
  fsopen: does('new-descriptor'),
  fsmount: does('new-descriptor'),
  fspick: does('new-descriptor'),
} as const satisfies SyscallTable;

function does(effect: RawRow['effect']): RawRow {
  return { family: 'raw', effect };
}
