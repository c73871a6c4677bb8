import { kernelClasses } from '../container/kernel-groups.ts';
import type { Layout } from '../fields/layout.ts';
import { type EventRow, KERNEL, type Provider, row, rowSince } from './provider.ts';

// Class Registry of the MSNT_SystemTrace MOF, and the provider Microsoft-Windows-Kernel-Registry.

const registry = {
  0: { Status: 'pointer', KeyHandle: 'pointer', ElapsedTime: 'i64', KeyName: 'wstr' },
  1: { Status: 'pointer', KeyHandle: 'pointer', ElapsedTime: 'i64', Index: 'u32', KeyName: 'wstr' },
  2: { InitialTime: 'i64', Status: 'u32', Index: 'u32', KeyHandle: 'pointer', KeyName: 'wstr' },
} as const satisfies Readonly<Record<number, Layout>>;

/** `KeyHandle` is the key's control block, which a rundown names; `KeyName` is relative to it. */
const operations: readonly (readonly [opcode: number, event: string])[] = [
  [10, 'Registry/Create'],
  [11, 'Registry/Open'],
  [12, 'Registry/Delete'],
  [13, 'Registry/Query'],
  [14, 'Registry/SetValue'],
  [15, 'Registry/DeleteValue'],
  [16, 'Registry/QueryValue'],
  [17, 'Registry/EnumerateKey'],
  [18, 'Registry/EnumerateValueKey'],
  [19, 'Registry/QueryMultipleValue'],
  [20, 'Registry/SetInformation'],
  [21, 'Registry/Flush'],
  [22, 'Registry/KCBCreate'],
  [23, 'Registry/KCBDelete'],
  [24, 'Registry/KCBRundownBegin'],
  [25, 'Registry/KCBRundownEnd'],
  [26, 'Registry/Virtualize'],
  [27, 'Registry/Close'],
];

const classic: Provider = {
  name: KERNEL,
  guid: kernelClasses.registry,
  events: Object.fromEntries(
    operations.map(([opcode, event]): [number, EventRow] => [opcode, rowSince(event, registry)]),
  ),
};

const opening: Layout = {
  BaseObject: 'pointer',
  KeyObject: 'pointer',
  Status: 'u32',
  Disposition: 'u32',
  BaseName: 'wstr',
  RelativeName: 'wstr',
};
const key: Layout = { KeyObject: 'pointer', Status: 'u32', KeyName: 'wstr' };
const captured: Layout = { CapturedDataSize: 'u16', CapturedData: 'bytes[CapturedDataSize]' };
const enumeration: Layout = {
  KeyObject: 'pointer',
  Status: 'u32',
  Index: 'u32',
  InfoClass: 'u32',
  DataSize: 'u32',
  KeyName: 'wstr',
  ...captured,
};
const ofKey: Layout = {
  KeyObject: 'pointer',
  Status: 'u32',
  InfoClass: 'u32',
  DataSize: 'u32',
  KeyName: 'wstr',
};

const manifest: Provider = {
  name: 'Microsoft-Windows-Kernel-Registry',
  guid: '70eb4f03-c1de-4f73-a051-33d13d5413bd',
  events: {
    1: row('CreateKey', opening),
    2: row('OpenKey', opening),
    3: row('DeleteKey', key),
    4: row('QueryKey', { ...ofKey, ...captured }),
    5: row('SetValueKey', {
      KeyObject: 'pointer',
      Status: 'u32',
      Type: 'u32',
      DataSize: 'u32',
      KeyName: 'wstr',
      ValueName: 'wstr',
      ...captured,
      PreviousDataType: 'u32',
      PreviousDataSize: 'u32',
      PreviousDataCapturedSize: 'u16',
      PreviousData: 'bytes[PreviousDataCapturedSize]',
    }),
    6: row('DeleteValueKey', { ...key, ValueName: 'wstr' }),
    7: row('QueryValueKey', { ...ofKey, ValueName: 'wstr', ...captured }),
    8: row('EnumerateKey', enumeration),
    9: row('EnumerateValueKey', enumeration),
    10: row('QueryMultipleValueKey', {
      KeyObject: 'pointer',
      Status: 'u32',
      EntryCount: 'u32',
      DataSize: 'u32',
      KeyName: 'wstr',
    }),
    11: row('SetInformationKey', { ...ofKey, ...captured }),
    12: row('FlushKey', key),
    13: row('CloseKey', key),
    14: row('QuerySecurityKey', key),
    15: row('SetSecurityKey', key),
    17: row('HiveMountBaseFileMounted', { HiveFilePath: 'wstr', FileSize: 'u32' }),
    20: row('HiveUnload/Start', { HiveFilePath: 'wstr', HiveMountPoint: 'wstr' }),
    37: row('HiveLoad/Start', { SourceFile: 'wstr', Flags: 'u32' }),
    39: row('HiveRestore/Start', { SourceFile: 'wstr', Flags: 'u32' }),
    41: row('HiveSave/Start', { SourceKeyPath: 'wstr' }),
  },
};

export const kernelRegistry: readonly Provider[] = [classic, manifest];
