import type { Layout } from '../fields/layout.ts';
import { KERNEL, type Provider, row } from './provider.ts';

// What merging a trace adds to it (kernel32's KernelTraceControl): builds of images, volumes, schemas of events.

const builtImage: Layout = {
  ImageBase: 'pointer',
  ProcessId: 'u32',
  GuidSig: 'guid',
  Age: 'u32',
  PDBFileName: 'astr',
};

const imageId: Provider = {
  name: 'KernelTraceControl',
  guid: 'b3e675d7-2554-4f18-830b-2762732560de',
  events: {
    0: row('ImageID', {
      ImageBase: 'pointer',
      ImageSize: 'pointer',
      ProcessId: 'u32',
      TimeDateStamp: 'u32',
      OriginalFileName: 'wstr',
    }),
    32: row('ImageID/None', { ImageBase: 'pointer', ProcessId: 'u32' }),
    36: row('ImageID/DbgID_RSDS', builtImage),
    37: row('ImageID/DbgID_ILRSDS', builtImage),
    64: row('ImageID/FileVersion', {
      ImageSize: 'u32',
      TimeDateStamp: 'u32',
      OrigFileName: 'wstr',
      FileDescription: 'wstr',
      FileVersion: 'wstr',
      BinFileVersion: 'wstr',
      VerLanguage: 'wstr',
      ProductName: 'wstr',
      CompanyName: 'wstr',
      ProductVersion: 'wstr',
      FileId: 'wstr',
      ProgramId: 'wstr',
    }),
  },
};

const sysConfig: Provider = {
  name: KERNEL,
  guid: '9b79ee91-b5fd-41c0-a243-4248e266e9d0',
  events: {
    32: row('SysConfig/BuildInfo', { InstallDate: 'filetime', BuildLab: 'wstr', ProductName: 'wstr' }),
    33: row('SysConfig/SystemPaths', { SystemDirectory: 'wstr', SystemWindowsDirectory: 'wstr' }),
    34: row('SysConfig/UnknownVolume', { Value: 'wstr' }),
    35: row('SysConfig/VolumeMapping', { NtPath: 'wstr', DosPath: 'wstr' }),
    37: row('SysConfig/Opcode(37)', { Value: 'bytes' }),
  },
};

const metaData: Provider = {
  name: 'KernelTraceControl',
  guid: 'bbccf6c1-6cd1-48c4-80ff-839482e37671',
  events: {
    32: row('MetaData/EventInfo', { TraceEventInfo: 'bytes' }),
    33: row('MetaData/EventMapInfo', { EventMapInfo: 'bytes' }),
  },
};

const eventTracing: Provider = {
  name: 'Microsoft-Windows-Kernel-EventTracing',
  guid: 'b675ec37-bdb6-4648-bc92-f3fdc74d3ca2',
  events: {
    8: row('ETW_TASK_PROVIDER/ETW_OPCODE_REGISTER', { ProviderName: 'guid' }),
    9: row('ETW_TASK_PROVIDER/ETW_OPCODE_UNREGISTER', { ProviderName: 'guid' }),
    14: row('ETW_TASK_PROVIDER/ETW_OPCODE_ENABLE', { ProviderName: 'guid', SessionName: 'wstr' }),
  },
};

export const traceControl: readonly Provider[] = [imageId, sysConfig, metaData, eventTracing];
