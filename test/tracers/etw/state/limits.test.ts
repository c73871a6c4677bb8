import { describe, expect, test } from 'vitest';
import type { Event } from '../../../../src/model/event.ts';
import type { ParserCap } from '../../../../src/model/trace.ts';
import { createNumbering } from '../../../../src/runner/numbering.ts';
import { MAX_PATH_TEXT } from '../../../../src/tracers/etw/events/draft.ts';
import { MAX_HOST_TEXT } from '../../../../src/tracers/etw/events/net-event.ts';
import { Births, MAX_BIRTHS, WAIT_NS } from '../../../../src/tracers/etw/state/births.ts';
import { BoundedMap } from '../../../../src/tracers/etw/state/bounded-map.ts';
import { Files, MAX_NAME_CHARACTERS, MAX_NAMES } from '../../../../src/tracers/etw/state/names.ts';
import { MAX_OPERATIONS, Operations } from '../../../../src/tracers/etw/state/operations.ts';
import { MAX_PROCESSES, Processes } from '../../../../src/tracers/etw/state/processes.ts';
import { MAX_QUERIES, Queries } from '../../../../src/tracers/etw/state/queries.ts';
import { TracedMachine } from '../../../../src/tracers/etw/state/traced-machine.ts';
import { MAX_VALUE_BYTES } from '../../../../src/tracers/etw/text/registry-value.ts';
import { acts, told } from '../events/mapped.ts';

const common = { at_ns: 0, proc: 1, pid: 1, tid: 1, origin: 'kernel' } as const;

describe('a bounded map', () => {
  const dropped: string[] = [];
  const map = new BoundedMap<number, string>({
    entries: 3,
    characters: 10,
    sizeOf: text => text.length,
    onDrop: text => dropped.push(text),
  });

  test('drops what was put in first when it has too many entries or characters', () => {
    for (const [key, text] of ['a', 'b', 'c', 'd', 'eeeeeeeee'].entries()) map.set(key, text);
    expect([dropped, [...map.values()]]).toEqual([
      ['a', 'b', 'c'],
      ['d', 'eeeeeeeee'],
    ]);
  });

  test('keeps one entry that is too large, alone, and counts what is put in again once', () => {
    map.set(9, 'x'.repeat(20));
    expect([...map.values()]).toEqual(['x'.repeat(20)]);
    map.set(9, 'y');
    map.set(10, 'z'.repeat(9));
    expect(map.size).toBe(2);
  });
});

test('operations that wait are given without their end when there are too many', () => {
  const given: Event[] = [];
  const operations = new Operations(event => given.push(event));
  const ending = { atNs: 0, status: 0, information: undefined };
  operations.finish(0n, ending);
  for (let seq = 0; seq <= MAX_OPERATIONS; seq += 1) {
    operations.begin(BigInt(seq), { draft: { ...common, seq, kind: 'file.read' }, group: 'file.read' });
  }
  expect(given.map(event => event.seq)).toEqual([0]);
  expect([operations.finish(0n, ending), operations.finish(1n, ending)]).toEqual([false, true]);
});

describe('starts that wait', () => {
  const started = (births: Births, processes: Processes, pid: number, atNs: number) => {
    const process = processes.introduce({ pid }, atNs);
    births.put({
      process,
      draft: { ...common, seq: pid, at_ns: atNs, kind: 'process.exec' },
      image: 'x.exe',
    });
  };

  test('are given when there are too many, or when they have waited long enough', () => {
    const given: number[] = [];
    const births = new Births(event => given.push(event.seq));
    const processes = new Processes(createNumbering(), () => undefined);
    for (let pid = 0; pid <= MAX_BIRTHS; pid += 1) started(births, processes, pid, pid);
    expect(given).toEqual([0]);
    births.releaseBefore(WAIT_NS);
    expect(given).toEqual([0]);
    births.releaseBefore(WAIT_NS + 1);
    expect(given).toEqual([0, 1]);
  });
});

test('of too many processes the one seen first is another when it acts again, and that is said', () => {
  const said: string[] = [];
  const processes = new Processes(createNumbering(), reason => said.push(reason));
  for (let pid = 0; pid < MAX_PROCESSES; pid += 1) processes.of(pid, 0);
  expect([processes.of(0, 0)?.proc, said]).toEqual([1, []]);
  processes.of(MAX_PROCESSES, 0);
  expect([processes.of(0, 0)?.proc, said.at(0)]).toEqual([MAX_PROCESSES + 2, 'too-many-processes']);
});

test('of too many files the one named first has no name any more', () => {
  const files = new Files(() => undefined);
  for (let key = 1; key <= MAX_NAMES + 1; key += 1) files.named(BigInt(key), `n${key}`);
  expect([files.nameOf(undefined, 1n), files.nameOf(undefined, 2n)]).toEqual([undefined, 'n2']);
});

/** Tables of names in a machine's memory, filled by one entry. */
const tables: readonly [ParserCap, string, (machine: TracedMachine, key: bigint, name: string) => void][] = [
  ['too-many-files', 'files that are open', ({ files }, key, name) => files.opened(key, name)],
  ['too-many-files', 'files', ({ files }, key, name) => files.named(key, name)],
  ['too-many-keys', 'keys of the registry', ({ keys }, key, name) => keys.set(key, name)],
];

describe.each(tables)('the cap %s of a machine', (cap, what, fill) => {
  test.each<[string, (machine: TracedMachine, count: number) => void, number]>([
    ['many', (machine, count) => fillWith(machine, count, 'n'), MAX_NAMES],
    ['long', (machine, count) => fillWith(machine, count, longName), MAX_NAME_CHARACTERS / longName.length],
  ])(`is reached by one more of the ${what} whose names are as %s as are remembered`, (_, put, most) => {
    expect([capsOf(machine => put(machine, most)), capsOf(machine => put(machine, most + 1))]).toEqual([
      [],
      [cap],
    ]);
  });

  function fillWith(machine: TracedMachine, count: number, name: string): void {
    for (let key = 1; key <= count; key += 1) fill(machine, BigInt(key), name);
  }
});

const longName = 'n'.repeat(32_768);

function capsOf(act: (machine: TracedMachine) => void): readonly ParserCap[] {
  const caps: ParserCap[] = [];
  act(
    new TracedMachine({
      numbering: createNumbering(),
      emit: () => undefined,
      onCap: cap => caps.push(cap),
    }),
  );
  return caps;
}

test('of too many questions the first is given without its answer', () => {
  const given: number[] = [];
  const queries = new Queries(event => given.push(event.seq));
  for (let seq = 0; seq <= MAX_QUERIES; seq += 1) queries.ask(`q${seq}`, { ...common, seq, kind: 'net.dns' });
  expect([given, queries.answer('q0')]).toEqual([[0], undefined]);
});

describe('texts', () => {
  test('that are too long are cut and marked', () => {
    const opened = (name: string) =>
      told('Kernel-File', 12, { Irp: 1n, FileObject: 7n, CreateOptions: 0, FileName: name });
    const long = `C:\\${'x'.repeat(MAX_PATH_TEXT)}`;
    const [event] = acts(opened(long));
    expect(event).toMatchObject({ path: long.slice(0, MAX_PATH_TEXT), flags: ['truncated'] });
    expect(acts(opened(long.slice(0, MAX_PATH_TEXT)))[0]).not.toHaveProperty('flags');
    const [asked] = acts(told('DNS-Client', 3006, { QueryName: 'x'.repeat(65_536), QueryType: 1 }));
    expect(asked).toMatchObject({ host: 'x'.repeat(MAX_HOST_TEXT), flags: ['truncated'] });
  });

  test('with halves of characters and zeros stay apart and whole', () => {
    const paths = ['C:\\\ud800', 'C:\\\udfff', 'C:\\a\0b'].map(
      name => acts(told('Kernel-File', 12, { Irp: 1n, FileObject: 7n, CreateOptions: 0, FileName: name }))[0],
    );
    expect(paths).toMatchObject([{ path: 'C:\\\\ud800' }, { path: 'C:\\\\udfff' }, { path: 'C:\\a\0b' }]);
  });

  test('of values of the registry are cut', () => {
    const data = new Uint8Array(MAX_VALUE_BYTES + 2).fill(0x41);
    const [event] = acts(
      told('Kernel-Registry', 5, {
        KeyObject: 1n,
        Type: 3,
        KeyName: 'k',
        ValueName: 'v',
        CapturedData: data,
      }),
    );
    expect(event).toMatchObject({ args: `REG_BINARY ${'41'.repeat(MAX_VALUE_BYTES)}` });
  });
});
