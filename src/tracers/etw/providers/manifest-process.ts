import type { Layout } from '../fields/layout.ts';
import { type Provider, row, rowSince } from './provider.ts';

// Microsoft-Windows-Kernel-Process, as its manifests of Windows 7 and 10 have it. It has no command lines.

const start1: Layout = {
  ProcessID: 'u32',
  CreateTime: 'filetime',
  ParentProcessID: 'u32',
  SessionID: 'u32',
  Flags: 'u32',
  ImageName: 'wstr',
};
const build: Layout = {
  ImageChecksum: 'u32',
  TimeDateStamp: 'u32',
  PackageFullName: 'wstr',
  PackageRelativeAppId: 'wstr',
};
const numbered: Layout = {
  ProcessID: 'u32',
  ProcessSequenceNumber: 'u64',
  CreateTime: 'filetime',
  ParentProcessID: 'u32',
  ParentProcessSequenceNumber: 'u64',
  SessionID: 'u32',
  Flags: 'u32',
  ProcessTokenElevationType: 'u32',
  ProcessTokenIsElevated: 'u32',
  MandatoryLabel: 'sid',
  ImageName: 'wstr',
  ...build,
};

const ended: Layout = {
  CreateTime: 'filetime',
  ExitTime: 'filetime',
  ExitCode: 'u32',
  TokenElevationType: 'u32',
  HandleCount: 'u32',
  CommitCharge: 'u64',
  CommitPeak: 'u64',
};
const used: Layout = {
  CPUCycleCount: 'u64',
  ReadOperationCount: 'u32',
  WriteOperationCount: 'u32',
  ReadTransferKiloBytes: 'u32',
  WriteTransferKiloBytes: 'u32',
  HardFaultCount: 'u32',
};

const thread: Layout = {
  ProcessID: 'u32',
  ThreadID: 'u32',
  StackBase: 'pointer',
  StackLimit: 'pointer',
  UserStackBase: 'pointer',
  UserStackLimit: 'pointer',
  StartAddr: 'pointer',
  Win32StartAddr: 'pointer',
  TebBase: 'pointer',
};
const image: Layout = {
  ImageBase: 'pointer',
  ImageSize: 'pointer',
  ProcessID: 'u32',
  ImageCheckSum: 'u32',
  TimeDateStamp: 'u32',
  DefaultBase: 'pointer',
  ImageName: 'wstr',
};
const priority: Layout = { ProcessID: 'u32', ThreadID: 'u32', OldPriority: 'u8', NewPriority: 'u8' };
const frozen: Layout = { FrozenProcessID: 'u32' };
const job: Layout = { ContainerID: 'guid', JobID: 'u32', StatusCode: 'u32' };

export const manifestProcess: Provider = {
  name: 'Microsoft-Windows-Kernel-Process',
  guid: '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716',
  events: {
    1: rowSince('ProcessStart/Start', {
      0: {
        ProcessID: 'u32',
        CreateTime: 'filetime',
        ParentProcessID: 'u32',
        SessionID: 'u32',
        ImageName: 'wstr',
      },
      1: start1,
      2: { ...start1, ...build },
      3: numbered,
    }),
    2: rowSince('ProcessStop/Stop', {
      0: { ProcessID: 'u32', ...ended, ImageName: 'astr' },
      1: { ProcessID: 'u32', ...ended, ...used, ImageName: 'astr' },
      2: { ProcessID: 'u32', ProcessSequenceNumber: 'u64', ...ended, ...used, ImageName: 'astr' },
    }),
    3: rowSince('ThreadStart/Start', { 0: thread, 1: { ...thread, SubProcessTag: 'u32' } }),
    4: rowSince('ThreadStop/Stop', { 0: thread, 1: { ...thread, SubProcessTag: 'u32', CycleTime: 'u64' } }),
    5: row('ImageLoad', image),
    6: row('ImageUnload', image),
    7: row('CpuBasePriorityChange', priority),
    8: row('CpuPriorityChange', priority),
    9: row('PagePriorityChange', priority),
    10: row('IoPriorityChange', priority),
    11: rowSince('ProcessFreeze/Start', { 0: frozen, 1: { ...frozen, CreateTime: 'filetime' } }),
    12: rowSince('ProcessFreeze/Stop', { 0: frozen, 1: { ...frozen, CreateTime: 'filetime' } }),
    13: row('JobStart/Start', job),
    14: row('JobTerminate/Stop', job),
    15: rowSince('ProcessRundown', { 0: { ...start1, ...build }, 1: numbered }),
  },
};
