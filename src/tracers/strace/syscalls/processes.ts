import { at, named, type ProcessRow, type SyscallTable } from './row.ts';

/**
 * Calls about processes. There is one `process.exit` for each process: its `exit_group` (or the `exit` of its last
 * thread), and `+++ killed by SIGKILL +++` or `+++ exited with 0 +++` when no call said so before.
 */
export const processes = {
  fork: { family: 'process', kind: 'process.fork', effect: 'fork' },
  vfork: { family: 'process', kind: 'process.fork', effect: 'fork' },
  clone: { family: 'process', kind: 'process.fork', keep: 'all', effect: 'fork' },
  clone2: { family: 'process', kind: 'process.fork', keep: 'all', effect: 'fork' },
  clone3: { family: 'process', kind: 'process.fork', keep: 'all', effect: 'fork' },
  execve: { family: 'process', kind: 'process.exec', path: named(0), argv: 1, effect: 'exec' },
  execveat: { family: 'process', kind: 'process.exec', path: at(0, 1), argv: 2, effect: 'exec' },

  exit: { family: 'process', kind: 'process.exit', effect: 'exit' },
  exit_group: { family: 'process', kind: 'process.exit', effect: 'exit-group' },

  kill: signal(1),
  tkill: signal(1),
  tgkill: signal(2),
  rt_sigqueueinfo: signal(1),
  rt_tgsigqueueinfo: signal(2),
  pidfd_send_signal: signal(1),

  ptrace: about('process.ptrace'),
  process_vm_readv: about('process.ptrace'),
  pidfd_getfd: { ...about('process.ptrace'), effect: 'new-descriptor' },

  setuid: about('process.setid'),
  setuid32: about('process.setid'),
  setgid: about('process.setid'),
  setgid32: about('process.setid'),
  setreuid: about('process.setid'),
  setreuid32: about('process.setid'),
  setregid: about('process.setid'),
  setregid32: about('process.setid'),
  setresuid: about('process.setid'),
  setresuid32: about('process.setid'),
  setresgid: about('process.setid'),
  setresgid32: about('process.setid'),
  setfsuid: about('process.setid'),
  setfsuid32: about('process.setid'),
  setfsgid: about('process.setid'),
  setfsgid32: about('process.setid'),
  setgroups: about('process.setid'),
  setgroups32: about('process.setid'),
  capset: about('process.setid'),
} as const satisfies SyscallTable;

function about(kind: ProcessRow['kind']): ProcessRow {
  return { family: 'process', kind, keep: 'all' };
}

function signal(index: number): ProcessRow {
  return { family: 'process', kind: 'process.signal', signal: index, keep: 'all' };
}
