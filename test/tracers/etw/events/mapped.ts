import type { TraceItem } from '../../../../src/model/trace.ts';
import { createNumbering } from '../../../../src/runner/numbering.ts';
import type { DecodedEvent, FieldValue } from '../../../../src/tracers/etw/decoded-event.ts';
import { Mapper } from '../../../../src/tracers/etw/mapper.ts';
import type { EtwRecord } from '../../../../src/tracers/etw/record.ts';
import { decodedEvent } from '../../../helpers/etw-events.ts';

const guids = {
  Process: '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c',
  Thread: '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c',
  Image: '2cb15d1d-5fc1-11d2-abe1-00a0c911f518',
  FileIO: '90cbdc39-4a3e-11d1-84f4-0000f80464e3',
  TcpIp: '9a280ac0-c8e0-11d1-84e2-00c04fb998a2',
  UdpIp: 'bf3a50c5-a9c9-4988-a005-2df0b7c80f80',
  Registry: 'ae53722e-c863-11d2-8659-00c04fa321a1',
  SysConfig: '9b79ee91-b5fd-41c0-a243-4248e266e9d0',
  'Kernel-Process': '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716',
  'Kernel-File': 'edd08927-9cc4-4e65-b970-c2560fb5c289',
  'Kernel-Network': '7dd42a49-5329-4832-8dfd-43d979153a88',
  'Kernel-Registry': '70eb4f03-c1de-4f73-a051-33d13d5413bd',
  'DNS-Client': '1c95126e-7eea-49a9-a3fe-a378b03ddb4d',
} as const;

/** An event of a source by its short name; the kernel logger's have a header of its own. */
export function told(
  source: keyof typeof guids,
  id: number,
  fields: Readonly<Record<string, FieldValue>>,
  record: Partial<EtwRecord> = {},
): DecodedEvent {
  const isManifest = source.includes('-');
  const provider = isManifest ? `Microsoft-Windows-${source}` : 'Windows Kernel';
  const name = isManifest ? String(id) : `${source}/${id}`;
  const header = isManifest ? 'event' : 'system';
  return decodedEvent([provider, name], fields, {
    provider: guids[source],
    id,
    opcode: id,
    header,
    ...record,
  });
}

/** What becomes of events, without the notes about layouts that are not proven. */
export function mapped(...events: readonly DecodedEvent[]): readonly TraceItem[] {
  const mapper = new Mapper({ numbering: createNumbering() });
  for (const event of events) mapper.event(event);
  mapper.end();
  return mapper.takeItems().filter(item => item.kind !== 'meta.note' || item.call !== 'unproven');
}

/** The same in the order in which things began, raw events left out. */
export function acts(...events: readonly DecodedEvent[]): readonly TraceItem[] {
  return mapped(...events)
    .filter(item => item.kind !== 'raw')
    .sort((a, b) => ('seq' in a ? a.seq : 0) - ('seq' in b ? b.seq : 0));
}
