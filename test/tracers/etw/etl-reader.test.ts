import { describe, expect, test } from 'vitest';
import { MAX_NAME_CHARACTERS } from '../../../src/tracers/etw/container/session-header.ts';
import type { EtwItem } from '../../../src/tracers/etw/etl-reader.ts';
import { ByteWriter } from '../../helpers/etl/byte-writer.ts';
import { etlBuffer, etlFile, START_TIME } from '../../helpers/etl/etl-file.ts';
import { readEtl, recordsOf } from '../../helpers/etl/read-etl.ts';
import { classicRecord, eventRecord, messageRecord, systemRecord } from '../../helpers/etl/records.ts';

const PROVIDER = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const payload = Uint8Array.of(1, 2, 3);
const reasons = (items: readonly EtwItem[]) =>
  items.flatMap(item => (item.kind === 'diagnostic' ? [item.reason] : []));

describe('the session', () => {
  test.each([4, 8] as const)(
    'is read from the header of a machine with pointers of %i bytes',
    pointerSize => {
      const [session] = readEtl(etlFile([], { pointerSize, cpus: 8 }));
      expect(session).toMatchObject({
        osMajor: 10,
        build: 19045,
        cpus: 8,
        pointerSize,
        startTime: START_TIME,
        clock: 'qpc',
        frequency: 10_000_000,
        biasMinutes: -60,
        loggerName: 'test session',
        logFileName: 'C:\\t\\test.etl',
      });
    },
  );

  test('has names up to a length', () => {
    const names = {
      loggerName: 'l'.repeat(MAX_NAME_CHARACTERS),
      logFileName: 'f'.repeat(MAX_NAME_CHARACTERS),
    };
    const long = readEtl(etlFile([], { ...names, bufferBytes: 8192 }));
    expect(long[0]).toMatchObject(names);
    const [longer] = readEtl(
      etlFile([], { ...names, loggerName: `${names.loggerName}x`, bufferBytes: 8192 }),
    );
    expect(longer).toMatchObject({ loggerName: names.loggerName });
  });

  test('without a header the records are read all the same, and it is said', () => {
    const items = readEtl(etlBuffer({ records: [eventRecord([PROVIDER, 1], payload)] }, 4096));
    expect(reasons(items)).toEqual(['no-session-header']);
    expect(recordsOf(items)).toHaveLength(1);
  });

  test('what was lost is said by the header and by buffers', () => {
    const items = readEtl(etlFile([{ records: [], flags: 6 }], { eventsLost: 3, buffersLost: 1 }));
    expect(items.flatMap(item => (item.kind === 'lost' ? [[item.said, item.what, item.count]] : []))).toEqual(
      [
        ['header', 'events', 3],
        ['header', 'buffers', 1],
        ['buffer', 'events', undefined],
        ['buffer', 'buffers', undefined],
      ],
    );
  });
});

describe('a record', () => {
  const read = (record: Uint8Array) => recordsOf(readEtl(etlFile([{ cpu: 5, records: [record] }])))[0];

  test('of a manifest provider has all that its header says', () => {
    const said = {
      version: 2,
      opcode: 1,
      level: 4,
      channel: 16,
      task: 7,
      keyword: 0x8000_0000_0000_0010n,
      pid: 1234,
      tid: 5678,
      activity: '11111111-2222-3333-4444-555555555555',
    };
    expect(read(eventRecord([PROVIDER, 3008], payload, { ...said, time: 20 }))).toMatchObject({
      ...said,
      header: 'event',
      provider: PROVIDER,
      group: -1,
      id: 3008,
      cpu: 5,
      time: 20n,
      ns: 2000,
      pointerSize: 8,
      payload,
      extended: [],
    });
  });

  test('of a 32-bit process has pointers of its own size', () => {
    expect(read(eventRecord([PROVIDER, 1], payload, { pointerSize: 4 }))?.pointerSize).toBe(4);
  });

  test('has its payload after all extended items', () => {
    const extended = [
      { type: 12, data: Uint8Array.of(9, 9, 9) },
      { type: 11, data: Uint8Array.of(8) },
    ];
    const record = read(eventRecord([PROVIDER, 1], payload, { extended }));
    expect(record?.extended).toEqual(extended);
    expect(record?.payload).toEqual(payload);
  });

  test.each(['full', 'compact', 'perfinfo'] as const)(
    'of the kernel with a %s header belongs to a class',
    form => {
      const record = read(systemRecord([20, 2], payload, { form, pid: 7, tid: 8, time: 30, version: 3 }));
      expect(record).toMatchObject({
        header: form === 'perfinfo' ? 'perfinfo' : 'system',
        provider: '2cb15d1d-5fc1-11d2-abe1-00a0c911f518',
        group: 20,
        id: 2,
        version: 3,
        pid: form === 'perfinfo' ? -1 : 7,
        tid: form === 'perfinfo' ? -1 : 8,
        ns: 3000,
        payload,
      });
    },
  );

  test('of a loaded image belongs to the image class, whose group it does not have', () => {
    expect(read(systemRecord([3, 10], payload))?.provider).toBe('2cb15d1d-5fc1-11d2-abe1-00a0c911f518');
  });

  test('of the kernel may have processor counters between header and payload', () => {
    const counters = new ByteWriter().u64(1, 2, 3).raw(payload).done();
    const record = read(systemRecord([15, 46], counters, { version: 0x8202, form: 'perfinfo' }));
    expect(record).toMatchObject({ version: 2, payload });
  });

  test.each([false, true])('of a classic provider is read, as an instance: %s', isInstance => {
    const record = read(
      classicRecord([PROVIDER, 36], payload, { isInstance, level: 5, version: 2, pointerSize: 4 }),
    );
    expect(record).toMatchObject({
      header: 'classic',
      id: 36,
      level: 5,
      version: 2,
      pointerSize: 4,
      payload,
    });
  });

  test('of WPP has a number, and the parts its flags name', () => {
    expect(read(messageRecord(PROVIDER, 10, { pid: 3, tid: 4, time: 5 }))).toMatchObject({
      header: 'message',
      provider: PROVIDER,
      id: 10,
      pid: 3,
      tid: 4,
      ns: 500,
    });
  });

  test('says where it stands in the file', () => {
    const record = read(systemRecord([3, 1], payload));
    expect([record?.source_offset, record?.source_length]).toEqual([4096 + 0x48, 35]);
  });
});

describe('time', () => {
  const timeOf = (options: Parameters<typeof etlFile>[1], time: number | bigint) =>
    recordsOf(readEtl(etlFile([{ records: [systemRecord([3, 1], payload, { time })] }], options)))[0]?.ns;

  test('of a performance counter is counted from the header, in its frequency', () => {
    expect(timeOf({ frequency: 2_337_949, time: 1000 }, 1000 + 2_337_949)).toBe(1e9);
  });

  test('of the system clock is exact to 100 ns', () => {
    expect(timeOf({ clock: 2 }, START_TIME + 1n)).toBe(100);
  });

  test('of processor cycles is counted in the speed of the processor', () => {
    expect(timeOf({ clock: 3, mhz: 2000 }, 4_000_000_000)).toBe(2e9);
  });

  test('before the session began is negative', () => {
    expect(timeOf({ time: 1000 }, 990)).toBe(-1000);
  });
});

describe('order', () => {
  const at = (time: number) => systemRecord([3, 1], payload, { time });
  const times = (file: Uint8Array) =>
    recordsOf(readEtl(file)).map(({ ns, isLate }) => (isLate ? -ns : ns) / 100);

  test('the buffers of all processors are merged by time', () => {
    const file = etlFile([
      { cpu: 0, records: [at(1), at(4)] },
      { cpu: 0, records: [at(6)] },
      { cpu: 1, records: [at(2), at(3), at(5)] },
    ]);
    expect(times(file)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('what comes after more buffers than are held is given late, and says so', () => {
    const many = Array.from({ length: 70 }, (_, index) => ({ cpu: 0, records: [at(10 + index)] }));
    const given = times(etlFile([...many, { cpu: 1, records: [at(1)] }], { cpus: 2 }));
    expect(given).toHaveLength(71);
    expect(given.filter(time => time < 0)).toEqual([-1]);
    expect(times(etlFile([...many, { cpu: 1, records: [at(1)] }], { cpus: 3 }))[0]).toBe(1);
  });

  test('processors that never were are no burden', () => {
    const buffers = Array.from({ length: 300 }, (_, cpu) => ({ cpu: cpu * 200, records: [at(300 - cpu)] }));
    expect(times(etlFile(buffers, { bufferBytes: 512, cpus: 65_535 }))[0]).toBe(1);
  });
});
