import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_HELD_BYTES } from '../../../src/tracers/etw/container/merge.ts';
import { MAX_BUFFER_BYTES } from '../../../src/tracers/etw/container/trace-buffer.ts';
import { EtlReader, type EtwItem } from '../../../src/tracers/etw/etl-reader.ts';
import { etlBuffer, etlFile } from '../../helpers/etl/etl-file.ts';
import { readEtl, recordsOf } from '../../helpers/etl/read-etl.ts';
import { eventRecord, systemRecord } from '../../helpers/etl/records.ts';

const PROVIDER = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const payload = Uint8Array.of(1, 2, 3);
const kinds = (items: readonly EtwItem[]) => items.map(item => item.kind);
const reasons = (items: readonly EtwItem[]) =>
  items.flatMap(item => (item.kind === 'diagnostic' ? [item.reason] : []));

describe('damage', () => {
  const buffer = { records: [eventRecord([PROVIDER, 1], payload), eventRecord([PROVIDER, 2], payload)] };
  const file = etlFile([buffer, buffer, buffer]);
  const broken = (change: (bytes: Uint8Array, view: DataView) => void) => {
    const bytes = Uint8Array.from(file);
    change(bytes, new DataView(bytes.buffer));
    return readEtl(bytes);
  };

  test('a file cut inside a buffer gives the buffers before', () => {
    const items = readEtl(file.subarray(0, 3 * 4096 + 100));
    expect(recordsOf(items)).toHaveLength(4);
    expect(reasons(items)).toEqual(['truncated-buffer']);
  });

  test('a buffer of an impossible size is passed over where all buffers have one size', () => {
    for (const size of [0, 0x47, MAX_BUFFER_BYTES + 1]) {
      const items = broken((_, view) => view.setUint32(2 * 4096, size, true));
      expect(recordsOf(items)).toHaveLength(4);
      expect(reasons(items)).toEqual(['unreadable-buffer']);
      expect(items.find(item => item.kind === 'diagnostic')).toMatchObject({
        source_offset: 8192,
        source_length: 4096,
      });
    }
  });

  test('in a compressed file nothing after such a buffer can be found', () => {
    const packed = { ...buffer, isCompressed: true };
    const first = etlFile([]).subarray(0, 4096);
    const bad = etlBuffer(packed, 0);
    new DataView(bad.buffer).setUint32(0, 1, true);
    const header = Uint8Array.from(first);
    new DataView(header.buffer).setUint32(0x68, 65_536, true);
    const items = readEtl(Buffer.concat([header, etlBuffer(packed, 0), bad, etlBuffer(packed, 0)]));
    expect(recordsOf(items)).toHaveLength(2);
    expect(reasons(items)).toEqual(['unreadable-rest']);
  });

  test('a buffer that says it ends behind itself is not read', () => {
    expect(reasons(broken((_, view) => view.setUint32(4096 + 0x30, 5000, true)))).toEqual([
      'unreadable-buffer',
    ]);
  });

  test('a record that ends behind its buffer ends the buffer, not the file', () => {
    const items = broken((_, view) => view.setUint16(4096 + 0x48, 0x8000, true));
    expect(recordsOf(items)).toHaveLength(4);
    expect(reasons(items)).toEqual(['unreadable-record']);
  });

  test('a record of size zero does not hold the reader up', () => {
    expect(reasons(broken((_, view) => view.setUint16(4096 + 0x48, 0, true)))).toEqual(['unreadable-record']);
  });

  test('a header of an unknown type ends the buffer', () => {
    expect(reasons(broken(bytes => bytes.fill(0x7e, 4096 + 0x4a, 4096 + 0x4c)))).toEqual(['unknown-record']);
  });

  test('extended items that lead out of their record make it unreadable', () => {
    const record = eventRecord([PROVIDER, 1], payload, { extended: [{ type: 11, data: payload }] });
    for (const size of [0, 4000]) {
      new DataView(record.buffer).setUint16(80, size, true);
      expect(reasons(readEtl(etlFile([{ records: [record] }])))).toEqual(['unreadable-record']);
    }
  });

  test('bytes that do not expand to what was said are told', () => {
    const bad = etlBuffer({ ...buffer, isCompressed: true }, 0);
    bad.fill(0xff, 0x48);
    expect(reasons(readEtl(Buffer.concat([etlFile([]), bad])))).toEqual(['unreadable-compression']);
  });

  test('a small buffer cannot claim to expand without bound', () => {
    const bad = etlBuffer({ ...buffer, isCompressed: true }, 0);
    new DataView(bad.buffer).setUint32(0x30, MAX_BUFFER_BYTES + 1, true);
    expect(reasons(readEtl(Buffer.concat([etlFile([]), bad])))).toEqual(['unreadable-buffer']);
  });
});

test('buffers are held up to a number of bytes, whatever their number', () => {
  const at = (time: number, cpu: number) => {
    const bytes = new Uint8Array(MAX_BUFFER_BYTES);
    bytes.set(etlBuffer({ cpu, records: [systemRecord([3, 1], payload, { time })] }, 4096));
    new DataView(bytes.buffer).setUint32(0, bytes.length, true);
    return bytes;
  };
  const given: number[] = [];
  const reader = new EtlReader(item => {
    if (item.kind === 'record' && item.id === 1) given.push(item.ns / 100);
  });
  reader.push(etlFile([], { cpus: 64 }));
  const atLimit = MAX_HELD_BYTES / MAX_BUFFER_BYTES;
  // The file's own header is a buffer too, and held.
  for (let buffer = 1; buffer < atLimit; buffer += 1) reader.push(at(buffer, buffer));
  expect(given).toEqual([]);
  reader.push(at(atLimit, 0));
  reader.push(at(atLimit + 1, 0));
  expect(given).toEqual([1]);
});

describe('whatever the bytes', () => {
  const record = systemRecord([3, 1], payload, { time: 5 });
  const records = [eventRecord([PROVIDER, 1], payload, { extended: [{ type: 11, data: payload }] }), record];
  const file = etlFile([{ records }, { cpu: 1, records, isCompressed: true }, { records, flags: 2 }]);
  const shown = (items: readonly EtwItem[]) =>
    items.map(item => (item.kind === 'record' ? [item.id, item.ns, item.payload, item.source_offset] : item));

  test('chunks may be split anywhere', () => {
    const whole = shown(readEtl(file));
    expect(whole).toHaveLength(9);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), size => {
        expect(shown(readEtl(file, size))).toEqual(whole);
      }),
    );
  });

  test('nothing throws, and every question to a record has an answer', () => {
    const edit = fc.record({ at: fc.nat(file.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), fc.nat(file.length), (edits, length) => {
        const bytes = Uint8Array.from(file);
        for (const { at, value } of edits) bytes[at] = value;
        for (const item of recordsOf(readEtl(bytes.subarray(0, length)))) {
          expect([item.extended, item.activity, item.keyword, item.time, item.payload]).toHaveLength(5);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('noise is diagnostics', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), bytes => {
        expect(kinds(readEtl(bytes)).every(kind => kind !== 'session')).toBe(true);
      }),
    );
  });
});
