import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DecodedEvent } from '../../../src/tracers/etw/decoded-event.ts';
import { EventDecoder } from '../../../src/tracers/etw/event-decoder.ts';
import { providers } from '../../../src/tracers/etw/providers/providers.ts';
import { ByteWriter } from '../../helpers/etl/byte-writer.ts';
import { etwRecord } from '../../helpers/etw-events.ts';

const PROCESS = '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c';
const REGISTRY = '70eb4f03-c1de-4f73-a051-33d13d5413bd';
const NETWORK = '7dd42a49-5329-4832-8dfd-43d979153a88';
const DNS = '1c95126e-7eea-49a9-a3fe-a378b03ddb4d';

const decode = (record: Parameters<typeof etwRecord>[0]) => new EventDecoder().decode(etwRecord(record));
const fieldsOf = ({ fields }: DecodedEvent) => Object.fromEntries(fields.entries());

describe('an event of a table', () => {
  test('has the fields of its version', () => {
    const start = new ByteWriter().u64(0xfffffa8300cfb380n).u32(3676, 3508, 1, 259).u64(0x558fb000);
    start.u64(1, 0).u8(1, 1, 0, 0, 0, 0, 0, 5).u32(18).narrow('cmd.exe').wide('cmd /c "dir"');
    const event = decode({ provider: PROCESS, id: 1, version: 3, header: 'system', payload: start.done() });
    expect([event.provider, event.event, event.fields.fit]).toEqual([
      'Windows Kernel',
      'Process/Start',
      'whole',
    ]);
    expect(fieldsOf(event)).toEqual({
      UniqueProcessKey: 0xfffffa8300cfb380n,
      ProcessId: 3676,
      ParentId: 3508,
      SessionId: 1,
      ExitStatus: 259,
      DirectoryTableBase: 0x558fb000n,
      UserSID: 'S-1-5-18',
      ImageFileName: 'cmd.exe',
      CommandLine: 'cmd /c "dir"',
    });
  });

  test('of a process without a user has an empty SID', () => {
    const idle = new ByteWriter().u64(1).u32(0, 0, 0, 0).u64(0, 0).narrow('Idle').wide('');
    const event = decode({ provider: PROCESS, id: 3, version: 3, payload: idle.done() });
    expect([event.fields.text('UserSID'), event.fields.text('ImageFileName')]).toEqual(['', 'Idle']);
  });

  test('counts bytes by the field before them', () => {
    const set = new ByteWriter().u64(7).u32(0, 1, 6).wide('\\REGISTRY\\MACHINE\\Run').wide('evil');
    set.u16(6).wide('ab').u32(0, 0).u16(0);
    const event = decode({ provider: REGISTRY, id: 5, payload: set.done() });
    expect(fieldsOf(event)).toMatchObject({
      KeyName: '\\REGISTRY\\MACHINE\\Run',
      ValueName: 'evil',
      CapturedData: Uint8Array.of(97, 0, 98, 0, 0, 0),
      PreviousData: new Uint8Array(),
    });
    expect(event.fields.fit).toBe('whole');
  });

  test('spells addresses, and ports as people do', () => {
    const v4 = new ByteWriter().u32(1234, 0).u8(10, 0, 0, 1, 127, 0, 0, 1, 1, 187, 0xd4, 0x31).u32(0, 0);
    const { fields } = decode({ provider: NETWORK, id: 13, payload: v4.done() });
    expect([
      fields.text('daddr'),
      fields.text('saddr'),
      fields.number('dport'),
      fields.number('sport'),
    ]).toEqual(['10.0.0.1', '127.0.0.1', 443, 54321]);
    const loopback = [...new Uint8Array(15), 1];
    const v6 = new ByteWriter()
      .u32(1, 0)
      .raw(loopback)
      .raw([0x20, 1, 0xd, 0xb8, ...loopback.slice(4)]);
    const ends = decode({ provider: NETWORK, id: 27, payload: v6.u16(0, 0).u32(0, 0).done() }).fields;
    expect([ends.text('daddr'), ends.text('saddr')]).toEqual(['::1', '2001:db8::1']);
  });

  test('of a newer version is read by the newest that is known, with what is left over said', () => {
    const done = new ByteWriter().wide('evil.invalid').u32(1).u64(0).u32(0).wide('1.2.3.4;').u32(99);
    const event = decode({ provider: DNS, id: 3008, version: 7, payload: done.done() });
    expect([event.event, event.fields.fit, event.fields.text('QueryName')]).toEqual([
      'QueryCompleted',
      'longer',
      'evil.invalid',
    ]);
  });

  test('that was cut has the fields before the cut, a last text as far as it goes', () => {
    const cut = new ByteWriter().wide('evil.invalid').done().slice(0, 8);
    const { fields } = decode({ provider: DNS, id: 3008, payload: cut });
    expect([fields.fit, [...fields.entries()]]).toEqual(['short', [['QueryName', 'evil']]]);
  });

  test('keeps half a character: names that differ in it are two names', () => {
    const name = new ByteWriter().u64(1).wide('C:\\a\ud800b').done();
    const { fields } = decode({ provider: 'edd08927-9cc4-4e65-b970-c2560fb5c289', id: 10, payload: name });
    expect(fields.text('FileName')).toBe('C:\\a\ud800b');
  });

  test('has pointers of the size its writer had', () => {
    const end = new ByteWriter().u32(0x8000_0001, 0, 0xc000_0022).done();
    const { fields } = decode({
      provider: 'edd08927-9cc4-4e65-b970-c2560fb5c289',
      id: 24,
      pointerSize: 4,
      payload: end,
    });
    expect([fields.bigint('Irp'), fields.number('Status'), fields.fit]).toEqual([
      0x8000_0001n,
      0xc000_0022,
      'whole',
    ]);
  });
});

test('no payload of any event in any version throws, and no field is longer than its payload', () => {
  const rows = providers.flatMap(({ guid, events }) =>
    Object.entries(events).flatMap(([id, { since }]) =>
      Object.keys(since).map(version => ({ provider: guid, id: Number(id), version: Number(version) })),
    ),
  );
  const payloads = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(new Uint8Array(900), new Uint8Array(900).fill(255)),
  );
  const decoder = new EventDecoder();
  fc.assert(
    fc.property(
      fc.constantFrom(...rows),
      payloads,
      fc.constantFrom(4 as const, 8 as const),
      (row, payload, pointerSize) => {
        const { event, fields } = decoder.decode(
          etwRecord({ ...row, header: 'classic', payload, pointerSize }),
        );
        expect(event).toBeDefined();
        for (const [, value] of fields.entries()) {
          if (typeof value === 'string')
            expect(value.length).toBeLessThanOrEqual(Math.max(payload.length * 3, 48));
          if (Array.isArray(value)) expect(value.length).toBeLessThanOrEqual(payload.length);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('no two rows are of one event', () => {
  const guids = providers.map(({ guid }) => guid);
  expect(new Set(guids).size).toBe(guids.length);
});

test('an event that nothing describes stays raw, with its bytes', () => {
  const event = decode({
    provider: '11111111-2222-3333-4444-555555555555',
    id: 9,
    payload: Uint8Array.of(1),
  });
  expect([event.provider, event.event, event.fields.size]).toEqual([
    '11111111-2222-3333-4444-555555555555',
    undefined,
    0,
  ]);
  expect(event.record.payload).toEqual(Uint8Array.of(1));
});
