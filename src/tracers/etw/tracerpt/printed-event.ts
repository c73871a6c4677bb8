import type { DecodedEvent, Fields } from '../decoded-event.ts';
import type { HeaderKind } from '../record.ts';

/** What a printed trace tells of a record's header. */
export interface PrintedHeader {
  readonly provider: string;
  readonly providerName: string;
  readonly event: string;
  /** Event id of a manifest provider; opcode of the kernel's own classes. */
  readonly id: number;
  readonly version: number;
  readonly header: HeaderKind;
  readonly pid: number;
  readonly tid: number;
  readonly cpu: number;
  /** FILETIME. */
  readonly time: bigint;
  /** FILETIME of the first event. */
  readonly startTime: bigint;
  readonly offset: number;
  readonly length: number;
}

/** The event a printed one was: what was not printed is empty. */
export function printedEvent(header: PrintedHeader, fields: Fields): DecodedEvent {
  const { provider, id, version, cpu, time, startTime, offset, length } = header;
  return {
    provider: header.providerName,
    event: header.event,
    fields,
    record: {
      kind: 'record',
      header: header.header,
      provider,
      group: -1,
      id,
      opcode: header.header === 'event' ? 0 : id,
      version,
      level: 0,
      channel: 0,
      task: 0,
      keyword: 0n,
      pid: named(header.pid),
      tid: named(header.tid),
      cpu,
      time,
      ns: Number(time - startTime) * 100,
      pointerSize: 8,
      payload: new Uint8Array(),
      extended: [],
      activity: undefined,
      isLate: false,
      source_offset: offset,
      source_length: length,
    },
  };
}

const NOBODY = 0xffff_ffff;

function named(number: number): number {
  return Number.isSafeInteger(number) && number !== NOBODY ? number : -1;
}
