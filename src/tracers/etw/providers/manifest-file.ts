import type { Layout } from '../fields/layout.ts';
import { type Provider, row, rowSince } from './provider.ts';

// Microsoft-Windows-Kernel-File, as its manifests of Windows 7 and 10 have it. Version 1 moved the thread's id. Reads
// and writes have no name: FileObject is named by 12 and 30, FileKey by 10. Only 24 says how an operation ended.

const name: Layout = { FileKey: 'pointer', FileName: 'wstr' };

const creation: Layout = {
  CreateOptions: 'u32',
  CreateAttributes: 'u32',
  ShareAccess: 'u32',
  FileName: 'wstr',
};
const create = {
  0: { Irp: 'pointer', ThreadId: 'pointer', FileObject: 'pointer', ...creation },
  1: { Irp: 'pointer', FileObject: 'pointer', IssuingThreadId: 'u32', ...creation },
} as const;

const file0: Layout = { Irp: 'pointer', ThreadId: 'pointer', FileObject: 'pointer', FileKey: 'pointer' };
const file1: Layout = { Irp: 'pointer', FileObject: 'pointer', FileKey: 'pointer' };

const simple = { 0: file0, 1: { ...file1, IssuingThreadId: 'u32' } } as const;
const transfer = {
  0: { ByteOffset: 'u64', ...file0, IOSize: 'u32', IOFlags: 'u32' },
  1: {
    ByteOffset: 'u64',
    ...file1,
    IssuingThreadId: 'u32',
    IOSize: 'u32',
    IOFlags: 'u32',
    ExtraFlags: 'u32',
  },
} as const;
const information = {
  0: { ...file0, ExtraInformation: 'pointer', InfoClass: 'u32' },
  1: { ...file1, ExtraInformation: 'pointer', IssuingThreadId: 'u32', InfoClass: 'u32' },
} as const;
const withPath = {
  0: { ...information[0], FilePath: 'wstr' },
  1: { ...information[1], FilePath: 'wstr' },
} as const;
const listing: Layout = { Length: 'u32', InfoClass: 'u32', FileIndex: 'u32', FileName: 'wstr' };
const list = {
  0: { ...file0, ...listing },
  1: { ...file1, IssuingThreadId: 'u32', ...listing },
} as const;

export const manifestFile: Provider = {
  name: 'Microsoft-Windows-Kernel-File',
  guid: 'edd08927-9cc4-4e65-b970-c2560fb5c289',
  events: {
    10: row('NameCreate', name),
    11: row('NameDelete', name),
    12: rowSince('Create', create),
    13: rowSince('Cleanup', simple),
    14: rowSince('Close', simple),
    15: rowSince('Read', transfer),
    16: rowSince('Write', transfer),
    17: rowSince('SetInformation', information),
    18: rowSince('SetDelete', information),
    19: rowSince('Rename', information),
    20: rowSince('DirEnum', list),
    21: rowSince('Flush', simple),
    22: rowSince('QueryInformation', information),
    23: rowSince('FSCTL', information),
    24: row('OperationEnd', { Irp: 'pointer', ExtraInformation: 'pointer', Status: 'u32' }),
    25: rowSince('DirNotify', list),
    26: rowSince('DeletePath', withPath),
    27: rowSince('RenamePath', withPath),
    28: rowSince('SetLinkPath', withPath),
    29: rowSince('Rename29', information),
    30: rowSince('CreateNewFile', create),
    31: rowSince('SetSecurity', information),
    32: rowSince('QuerySecurity', information),
    33: rowSince('SetEA', information),
    34: rowSince('QueryEA', information),
  },
};
