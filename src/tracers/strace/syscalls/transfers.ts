import type { SyscallTable, TransferRow } from './row.ts';

/** Calls that move bytes through descriptors. The sent bytes of `write` are looked at when it goes to a DNS server. */
export const transfers = {
  read: from(0),
  readv: from(0),
  pread: from(0),
  pread64: from(0),
  preadv: from(0),
  preadv2: from(0),
  write: { ...to(0), payload: 1 },
  writev: { ...to(0), payload: 1 },
  pwrite: to(0),
  pwrite64: to(0),
  pwritev: to(0),
  pwritev2: to(0),
  sendfile: { ...to(0), other: 1 },
  sendfile64: { ...to(0), other: 1 },
  copy_file_range: { ...to(2), other: 0 },
  splice: { ...to(2), other: 0 },
  tee: { ...to(1), other: 0 },
  vmsplice: to(0),
} as const satisfies SyscallTable;

function from(descriptor: number): TransferRow {
  return { family: 'transfer', kind: 'file.read', descriptor };
}

function to(descriptor: number): TransferRow {
  return { family: 'transfer', kind: 'file.write', descriptor };
}
