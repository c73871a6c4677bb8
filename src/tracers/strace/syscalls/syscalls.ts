import { descriptors } from './descriptors.ts';
import { files } from './files.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';
import type { SyscallRow, SyscallTable } from './row.ts';
import { transfers } from './transfers.ts';

const tables: readonly SyscallTable[] = [files, transfers, network, processes, memory, descriptors];

/** What a row does not say, said: rows that all have the same keys are read twice as fast. */
const silent = {
  kind: undefined,
  path: undefined,
  path2: undefined,
  flags: undefined,
  access: undefined,
  mode: undefined,
  bytes: undefined,
  descriptor: undefined,
  other: undefined,
  payload: undefined,
  address: undefined,
  side: undefined,
  message: undefined,
  argv: undefined,
  signal: undefined,
  protection: undefined,
  keep: undefined,
  effect: undefined,
};

/** Every call that has a row, by name. */
export const syscalls: ReadonlyMap<string, SyscallRow> = new Map(
  tables.flatMap(table => Object.entries(table).map(([name, row]) => [name, { ...silent, ...row }] as const)),
);
