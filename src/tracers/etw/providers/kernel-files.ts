import { kernelClasses } from '../container/kernel-groups.ts';
import type { Layout } from '../fields/layout.ts';
import { KERNEL, type Provider, row, rowSince } from './provider.ts';

// Classes FileIo, DiskIo and PageFault of the MSNT_SystemTrace MOF. Version 3 (Windows 8) moved the thread's id.

const name: Layout = { FileObject: 'pointer', FileName: 'wstr' };

const creation: Layout = {
  CreateOptions: 'u32',
  FileAttributes: 'u32',
  ShareAccess: 'u32',
  OpenPath: 'wstr',
};
const create = {
  2: { IrpPtr: 'pointer', TTID: 'pointer', FileObject: 'pointer', ...creation },
  3: { IrpPtr: 'pointer', FileObject: 'pointer', TTID: 'u32', ...creation },
} as const satisfies Readonly<Record<number, Layout>>;

const file2: Layout = { IrpPtr: 'pointer', TTID: 'pointer', FileObject: 'pointer', FileKey: 'pointer' };
const file3: Layout = { IrpPtr: 'pointer', FileObject: 'pointer', FileKey: 'pointer' };

const simple = { 2: file2, 3: { ...file3, TTID: 'u32' } } as const;
const information = {
  2: { ...file2, ExtraInfo: 'pointer', InfoClass: 'u32' },
  3: { ...file3, ExtraInfo: 'pointer', TTID: 'u32', InfoClass: 'u32' },
} as const;
const withPath = {
  2: { ...information[2], FileName: 'wstr' },
  3: { ...information[3], FileName: 'wstr' },
} as const;
const transfer = {
  2: { Offset: 'u64', ...file2, IoSize: 'u32', IoFlags: 'u32' },
  3: { Offset: 'u64', ...file3, TTID: 'u32', IoSize: 'u32', IoFlags: 'u32' },
} as const;
const listing: Layout = { Length: 'u32', InfoClass: 'u32', FileIndex: 'u32', FileName: 'wstr' };
const list = { 2: { ...file2, ...listing }, 3: { ...file3, TTID: 'u32', ...listing } } as const;

const fileIo: Provider = {
  name: KERNEL,
  guid: kernelClasses.fileIo,
  events: {
    0: row('FileIO/Name', name),
    32: row('FileIO/FileCreate', name),
    35: row('FileIO/FileDelete', name),
    36: row('FileIO/FileRundown', name),
    64: rowSince('FileIO/Create', create),
    65: rowSince('FileIO/Cleanup', simple),
    66: rowSince('FileIO/Close', simple),
    67: rowSince('FileIO/Read', transfer),
    68: rowSince('FileIO/Write', transfer),
    69: rowSince('FileIO/SetInfo', information),
    70: rowSince('FileIO/Delete', information),
    71: rowSince('FileIO/Rename', information),
    72: rowSince('FileIO/DirEnum', list),
    73: rowSince('FileIO/Flush', simple),
    74: rowSince('FileIO/QueryInfo', information),
    75: rowSince('FileIO/FSControl', information),
    76: row('FileIO/OperationEnd', { IrpPtr: 'pointer', ExtraInfo: 'pointer', NtStatus: 'u32' }),
    77: rowSince('FileIO/DirNotify', list),
    79: rowSince('FileIO/DeletePath', withPath),
    80: rowSince('FileIO/RenamePath', withPath),
    81: rowSince('FileIO/SetLinkPath', withPath),
  },
};

const diskTransfer2: Layout = {
  DiskNumber: 'u32',
  IrpFlags: 'u32',
  TransferSize: 'u32',
  _Reserved: 'u32',
  ByteOffset: 'u64',
  FileObject: 'pointer',
  Irp: 'pointer',
  HighResResponseTime: 'u64',
};
const diskTransfer = { 2: diskTransfer2, 3: { ...diskTransfer2, IssuingThreadId: 'u32' } } as const;
const diskBegin = { 2: { Irp: 'pointer' }, 3: { Irp: 'pointer', IssuingThreadId: 'u32' } } as const;
const flush2: Layout = { DiskNumber: 'u32', IrpFlags: 'u32', HighResResponseTime: 'u64', Irp: 'pointer' };

const diskIo: Provider = {
  name: KERNEL,
  guid: kernelClasses.diskIo,
  events: {
    10: rowSince('DiskIO/Read', diskTransfer),
    11: rowSince('DiskIO/Write', diskTransfer),
    12: rowSince('DiskIO/ReadInit', diskBegin),
    13: rowSince('DiskIO/WriteInit', diskBegin),
    14: rowSince('DiskIO/FlushBuffers', { 2: flush2, 3: { ...flush2, IssuingThreadId: 'u32' } }),
    15: rowSince('DiskIO/FlushInit', diskBegin),
  },
};

const pageFault: Provider = {
  name: KERNEL,
  guid: kernelClasses.pageFault,
  events: {
    32: row('Memory/HardFault', {
      InitialTime: 'u64',
      ReadOffset: 'u64',
      VirtualAddress: 'pointer',
      FileObject: 'pointer',
      TThreadId: 'u32',
      ByteCount: 'u32',
    }),
  },
};

export const kernelFiles: readonly Provider[] = [fileIo, diskIo, pageFault];
