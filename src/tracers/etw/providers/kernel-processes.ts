import { kernelClasses } from '../container/kernel-groups.ts';
import type { Layout } from '../fields/layout.ts';
import { KERNEL, type Provider, row, rowSince } from './provider.ts';

// Classes Process, Thread, Image and StackWalk of the MSNT_SystemTrace MOF, and their C structures in phnt's ntwmi.h.

const identity: Layout = { ProcessId: 'u32', ParentId: 'u32', SessionId: 'i32', ExitStatus: 'i32' };
const process4: Layout = {
  UniqueProcessKey: 'pointer',
  ...identity,
  DirectoryTableBase: 'pointer',
  Flags: 'u32',
  UserSID: 'tokenUser',
  ImageFileName: 'astr',
  CommandLine: 'wstr',
  PackageFullName: 'wstr',
  ApplicationId: 'wstr',
};
const process = {
  1: { PageDirectoryBase: 'pointer', ...identity, UserSID: 'tokenUser', ImageFileName: 'astr' },
  2: {
    UniqueProcessKey: 'pointer',
    ...identity,
    UserSID: 'tokenUser',
    ImageFileName: 'astr',
    CommandLine: 'wstr',
  },
  3: {
    UniqueProcessKey: 'pointer',
    ...identity,
    DirectoryTableBase: 'pointer',
    UserSID: 'tokenUser',
    ImageFileName: 'astr',
    CommandLine: 'wstr',
  },
  4: process4,
} as const satisfies Readonly<Record<number, Layout>>;

const counters: Layout = {
  ProcessId: 'u32',
  PageFaultCount: 'u32',
  HandleCount: 'u32',
  _Reserved: 'u32',
  PeakVirtualSize: 'pointer',
  PeakWorkingSetSize: 'pointer',
  PeakPagefileUsage: 'pointer',
  QuotaPeakPagedPoolUsage: 'pointer',
  QuotaPeakNonPagedPoolUsage: 'pointer',
  VirtualSize: 'pointer',
  WorkingSetSize: 'pointer',
  PagefileUsage: 'pointer',
  QuotaPagedPoolUsage: 'pointer',
  QuotaNonPagedPoolUsage: 'pointer',
  PrivatePageCount: 'pointer',
};

/** Command lines are here and nowhere else. The header's pid of a start is the parent's, the payload's the child's. */
const processes: Provider = {
  name: KERNEL,
  guid: kernelClasses.process,
  events: {
    1: rowSince('Process/Start', process),
    2: rowSince('Process/Stop', process),
    3: rowSince('Process/DCStart', process),
    4: rowSince('Process/DCStop', process),
    11: row('Process/Terminate', { ProcessId: 'u32' }),
    32: rowSince('Process/PerfCtr', { 2: counters }),
    33: rowSince('Process/PerfCtrRundown', { 2: counters }),
    39: rowSince('Process/Defunct', { ...process, 5: { ...process4, ExitTime: 'filetime' } }),
  },
};

const threadIds: Layout = { ProcessId: 'u32', TThreadId: 'u32' };
const stacks: Layout = {
  StackBase: 'pointer',
  StackLimit: 'pointer',
  UserStackBase: 'pointer',
  UserStackLimit: 'pointer',
};
const thread = {
  0: threadIds,
  1: { ...threadIds, ...stacks, StartAddr: 'pointer', Win32StartAddr: 'pointer', WaitMode: 'u8' },
  2: {
    ...threadIds,
    ...stacks,
    StartAddr: 'pointer',
    Win32StartAddr: 'pointer',
    TebBase: 'pointer',
    SubProcessTag: 'u32',
  },
  3: {
    ...threadIds,
    ...stacks,
    Affinity: 'pointer',
    Win32StartAddr: 'pointer',
    TebBase: 'pointer',
    SubProcessTag: 'u32',
    BasePriority: 'u8',
    PagePriority: 'u8',
    IoPriority: 'u8',
    ThreadFlags: 'u8',
    ThreadName: 'wstr?',
  },
} as const satisfies Readonly<Record<number, Layout>>;

const threads: Provider = {
  name: KERNEL,
  guid: kernelClasses.thread,
  events: {
    1: rowSince('Thread/Start', thread),
    2: rowSince('Thread/Stop', thread),
    3: rowSince('Thread/DCStart', thread),
    4: rowSince('Thread/DCStop', thread),
  },
};

const image1: Layout = { ImageBase: 'pointer', ImageSize: 'pointer', ProcessId: 'u32' };
const imageSums: Layout = { ImageCheckSum: 'u32', TimeDateStamp: 'u32' };
const imageEnd: Layout = {
  DefaultBase: 'pointer',
  _Reserved1: 'u32',
  _Reserved2: 'u32',
  _Reserved3: 'u32',
  _Reserved4: 'u32',
  FileName: 'wstr',
};
const image = {
  0: { ImageBase: 'pointer', ImageSize: 'u32', FileName: 'wstr' },
  1: { ...image1, FileName: 'wstr' },
  2: { ...image1, ...imageSums, _Reserved0: 'u32', ...imageEnd },
  3: {
    ...image1,
    ...imageSums,
    SignatureLevel: 'u8',
    SignatureType: 'u8',
    _Reserved0: 'u16',
    ...imageEnd,
  },
} as const satisfies Readonly<Record<number, Layout>>;

const images: Provider = {
  name: KERNEL,
  guid: kernelClasses.image,
  events: {
    2: rowSince('Image/Unload', image),
    3: rowSince('Image/DCStart', image),
    4: rowSince('Image/DCStop', image),
    10: rowSince('Image/Load', image),
    33: row('Image/KernelBase', { ImageBase: 'pointer' }),
    34: row('Image/HypercallPage', { HypercallPageVa: 'pointer' }),
  },
};

const walked: Layout = { EventTimeStamp: 'u64', StackProcess: 'u32', StackThread: 'u32' };
const stackKey: Layout = { StackKey: 'pointer', Stack: 'pointer[]' };

/** A stack belongs to the event with its time stamp; the same stack is written once and then named by a key. */
const stackWalks: Provider = {
  name: KERNEL,
  guid: kernelClasses.stackWalk,
  events: {
    32: row('StackWalk/Stack', { ...walked, Stack: 'pointer[]' }),
    35: row('StackWalk/KeyDelete', stackKey),
    36: row('StackWalk/KeyRundown', stackKey),
    37: row('StackWalk/StackKeyKernel', { ...walked, StackKey: 'pointer' }),
    38: row('StackWalk/StackKeyUser', { ...walked, StackKey: 'pointer' }),
  },
};

export const kernelProcesses: readonly Provider[] = [processes, threads, images, stackWalks];
