import type { DecodedEvent, FieldValue } from '../../src/tracers/etw/decoded-event.ts';
import { LazyFields } from '../../src/tracers/etw/lazy-fields.ts';
import type { EtwRecord } from '../../src/tracers/etw/record.ts';

/** A record as a 64-bit machine's own logger writes it, at the trace's first instant; `given` says what differs. */
export function etwRecord(given: Partial<EtwRecord> = {}): EtwRecord {
  return {
    kind: 'record',
    header: 'event',
    provider: '00000000-0000-0000-0000-000000000000',
    group: -1,
    id: 0,
    opcode: 0,
    version: 0,
    level: 0,
    channel: 0,
    task: 0,
    keyword: 0n,
    pid: 100,
    tid: 101,
    cpu: 0,
    time: 0n,
    ns: 0,
    pointerSize: 8,
    payload: new Uint8Array(),
    extended: [],
    activity: undefined,
    isLate: false,
    source_offset: 0,
    source_length: 0,
    ...given,
  };
}

/** An event as the decoder gives it, from its fields. */
export function decodedEvent(
  [provider, event]: readonly [provider: string, event: string],
  fields: Readonly<Record<string, FieldValue>>,
  record: Partial<EtwRecord> = {},
): DecodedEvent {
  const found = { names: Object.keys(fields), values: Object.values(fields), fit: 'whole' } as const;
  return { record: etwRecord(record), provider, event, fields: new LazyFields(() => found) };
}
