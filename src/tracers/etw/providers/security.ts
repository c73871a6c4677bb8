import type { Layout } from '../fields/layout.ts';
import { type Provider, row } from './provider.ts';

// What the firewall, PowerShell and the antimalware interface give a reviewer. No trace of them was at hand: unproven.

const modifier: Layout = { ModifyingUser: 'sid', ModifyingApplication: 'wstr' };
const rule: Layout = {
  RuleId: 'wstr',
  RuleName: 'wstr',
  Origin: 'u32',
  ApplicationPath: 'wstr',
  ServiceName: 'wstr',
  Direction: 'u32',
  Protocol: 'u16',
  LocalPorts: 'wstr',
  RemotePorts: 'wstr',
  Action: 'u32',
  Profiles: 'u32',
  LocalAddresses: 'wstr',
  RemoteAddresses: 'wstr',
  RemoteMachineAuthorizationList: 'wstr',
  RemoteUserAuthorizationList: 'wstr',
  EmbeddedContext: 'wstr',
  Flags: 'u16',
  Active: 'u16',
  EdgeTraversal: 'u16',
  LooseSourceMapped: 'u16',
  SecurityOptions: 'u16',
  ...modifier,
  SchemaVersion: 'u16',
  RuleStatus: 'u32',
  LocalOnlyMapped: 'u16?',
};

const firewall: Provider = {
  name: 'Microsoft-Windows-Windows Firewall With Advanced Security',
  guid: 'd1bc9aff-2abf-4d71-9146-ecb2a986eb85',
  events: {
    2002: row('SettingChanged', {
      SettingType: 'u32',
      SettingValueSize: 'u32',
      SettingValue: 'bytes[SettingValueSize]',
      SettingValueDisplay: 'wstr',
      Origin: 'u32',
      ...modifier,
    }),
    2003: row('ProfileSettingChanged', {
      Profiles: 'u32',
      SettingType: 'u32',
      SettingValueSize: 'u32',
      SettingValue: 'bytes[SettingValueSize]',
      SettingValueString: 'wstr',
      Origin: 'u32',
      ...modifier,
    }),
    2004: row('RuleAdded', rule),
    2005: row('RuleChanged', rule),
    2006: row('RuleDeleted', { RuleId: 'wstr', RuleName: 'wstr', ...modifier }),
  },
};

const context: Layout = { ContextInfo: 'wstr', UserData: 'wstr', Payload: 'wstr' };
const block: Layout = { ScriptBlockId: 'wstr', RunspaceId: 'wstr' };

const powerShell: Provider = {
  name: 'Microsoft-Windows-PowerShell',
  guid: 'a0c1853b-5c40-4b15-8766-3cf1c58f985a',
  events: {
    4100: row('Error', context),
    4101: row('Provider', context),
    4102: row('Command', context),
    4103: row('PipelineExecution', context),
    4104: row('ScriptBlockText', {
      MessageNumber: 'u32',
      MessageTotal: 'u32',
      ScriptBlockText: 'wstr',
      ScriptBlockId: 'wstr',
      Path: 'wstr',
    }),
    4105: row('ScriptBlockStart', block),
    4106: row('ScriptBlockStop', block),
  },
};

const antimalware: Provider = {
  name: 'Microsoft-Antimalware-Scan-Interface',
  guid: '2a576b87-09a7-520e-c21a-4942f0271d67',
  events: {
    1101: row('AmsiScanBuffer', {
      session: 'u64',
      scanStatus: 'u8',
      scanResult: 'u32',
      appname: 'wstr',
      contentname: 'wstr',
      contentsize: 'u32',
      originalsize: 'u32',
      content: 'bytes[contentsize]',
      // A hash whose length is told differently by different sources, and whether the content was left out.
      hash: 'bytes',
    }),
  },
};

export const security: readonly Provider[] = [firewall, powerShell, antimalware];
