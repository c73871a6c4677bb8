import { descriptors } from './descriptors.ts';
import { files } from './files.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';
import type { SyscallRow, SyscallTable } from './row.ts';
import { transfers } from './transfers.ts';

const tables: readonly SyscallTable[] = [files, transfers, network, processes, memory, descriptors];

/** Every call that has a row, by name. */
export const syscalls: ReadonlyMap<string, SyscallRow> = new Map(
  tables.flatMap(table => Object.entries(table)),
);
