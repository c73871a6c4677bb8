import { named, of, type SyscallTable } from './row.ts';

/** Calls about memory, of this process and of others, and about code that is loaded. */
export const memory = {
  mmap: { family: 'mapping', bytes: 1, protection: 2, descriptor: 4, keep: 'all' },
  mmap2: { family: 'mapping', bytes: 1, protection: 2, descriptor: 4, keep: 'all' },
  old_mmap: { family: 'mapping', bytes: 1, protection: 2, descriptor: 4, keep: 'all' },
  mprotect: { family: 'system', kind: 'memory.protect', bytes: 1, keep: 'all' },
  pkey_mprotect: { family: 'system', kind: 'memory.protect', bytes: 1, keep: 'all' },
  process_vm_writev: { family: 'system', kind: 'memory.write', bytes: 'returned', keep: 'all' },
  uselib: { family: 'system', kind: 'module.load', path: named(0) },
  init_module: { family: 'system', kind: 'module.load', bytes: 1, keep: 2 },
  finit_module: { family: 'system', kind: 'module.load', path: of(0), keep: 1 },
} as const satisfies SyscallTable;
