import type { FileAccess } from '../../../model/event.ts';

/** What an open did to the file. */
export type OpenEffect = 'opened' | 'created' | 'overwritten';

/**
 * NtCreateFile's disposition (highest byte) and options (the rest), as one number in file records: MS-SMB2 2.2.13 and
 * wdm.h. The access that was asked for is not recorded.
 */
export function describeOpen(options: number): string {
  const disposition = dispositions[options >>> 24] ?? `disposition ${options >>> 24}`;
  let text = disposition;
  for (const [bit, name] of optionNames) if ((options & bit) !== 0) text += `|${name}`;
  return text;
}

/** What the disposition alone tells: one that empties or makes the file is for writing. */
export function opensFor(options: number): FileAccess | undefined {
  return writing.has(options >>> 24) ? 'write' : undefined;
}

/**
 * GetFileAttributes and its kin open a file with this one option and none of those that any handle has which data can
 * be read through (NtQueryAttributesFile; ReactOS ntoskrnl/io/iomgr/file.c and real traces of Windows 8).
 */
export function isAttributeQuery(options: number): boolean {
  return options === ((OPEN << 24) | OPEN_REPARSE_POINT);
}

const OPEN = 1;
const OPEN_REPARSE_POINT = 0x20_0000;
const dispositions: Readonly<Record<number, string>> = {
  0: 'SUPERSEDE',
  1: 'OPEN',
  2: 'CREATE',
  3: 'OPEN_IF',
  4: 'OVERWRITE',
  5: 'OVERWRITE_IF',
};
const writing: ReadonlySet<number> = new Set([0, 2, 4, 5]);

const optionNames = [
  [0x1, 'DIRECTORY_FILE'],
  [0x2, 'WRITE_THROUGH'],
  [0x4, 'SEQUENTIAL_ONLY'],
  [0x8, 'NO_INTERMEDIATE_BUFFERING'],
  [0x10, 'SYNCHRONOUS_IO_ALERT'],
  [0x20, 'SYNCHRONOUS_IO_NONALERT'],
  [0x40, 'NON_DIRECTORY_FILE'],
  [0x80, 'CREATE_TREE_CONNECTION'],
  [0x100, 'COMPLETE_IF_OPLOCKED'],
  [0x200, 'NO_EA_KNOWLEDGE'],
  [0x400, 'OPEN_REMOTE_INSTANCE'],
  [0x800, 'RANDOM_ACCESS'],
  [0x1000, 'DELETE_ON_CLOSE'],
  [0x2000, 'OPEN_BY_FILE_ID'],
  [0x4000, 'OPEN_FOR_BACKUP_INTENT'],
  [0x8000, 'NO_COMPRESSION'],
  [0x1_0000, 'OPEN_REQUIRING_OPLOCK'],
  [0x2_0000, 'DISALLOW_EXCLUSIVE'],
  [0x10_0000, 'RESERVE_OPFILTER'],
  [0x20_0000, 'OPEN_REPARSE_POINT'],
  [0x40_0000, 'OPEN_NO_RECALL'],
  [0x80_0000, 'OPEN_FOR_FREE_SPACE_QUERY'],
] as const;
