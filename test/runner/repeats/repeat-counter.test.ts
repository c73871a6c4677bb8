import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event, FileEvent } from '../../../src/model/event.ts';
import type { Diagnostic, TraceItem } from '../../../src/model/trace.ts';
import {
  KEPT_OF_EACH,
  MAX_CHEAP_EVENTS,
  RepeatCounter,
  type RepeatLimits,
} from '../../../src/runner/repeats/repeat-counter.ts';

function fileEvent(seq: number, changes: Partial<FileEvent> = {}): Event {
  return {
    seq,
    at_ns: seq * 10,
    kind: 'file.open',
    proc: 1,
    pid: 7,
    tid: 7,
    call: 'openat',
    ok: true,
    path: '/a',
    origin: 'kernel',
    ...changes,
  };
}

function execution(seq: number): Event {
  return {
    seq,
    at_ns: seq * 10,
    kind: 'process.exec',
    proc: 1,
    pid: 7,
    tid: 7,
    call: 'execve',
    origin: 'kernel',
  };
}

function collapse(
  items: readonly TraceItem[],
  limits: Partial<RepeatLimits> = {},
): { readonly stored: readonly Event[]; readonly counter: RepeatCounter } {
  const counter = new RepeatCounter(limits);
  const given = [...counter.push(items), ...counter.end()];
  return { stored: given.filter((item): item is Event => item.kind !== 'diagnostic'), counter };
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe('the same thing done over and over', () => {
  test('is stored as it is up to a limit', () => {
    const events = range(KEPT_OF_EACH).map(seq => fileEvent(seq));
    expect(collapse(events).stored).toEqual(events);
  });

  test('is one event more beyond it, with the sums of all that it stands for', () => {
    const events = range(KEPT_OF_EACH + 1000).map(seq => fileEvent(seq, { dur_ns: 5, bytes: 3, ret: 3 }));
    const { stored, counter } = collapse(events);
    expect(stored).toHaveLength(KEPT_OF_EACH + 1);
    expect(stored.at(-1)).toEqual({
      ...events[KEPT_OF_EACH],
      times: 1000,
      last_ns: (KEPT_OF_EACH + 1000) * 10,
      dur_ns: 5000,
      bytes: 3000,
      flags: ['collapsed'],
    });
    expect(counter.collapsed).toBe(999);
    expect(counter.caps).toEqual([]);
  });

  test('has no returned value when it returned different ones', () => {
    const events = range(5).map(seq => fileEvent(seq, { ret: seq }));
    expect(collapse(events, { keptOfEach: 1 }).stored.at(-1)).not.toHaveProperty('ret');
  });

  test('once beyond the limit is stored as it is', () => {
    const events = range(KEPT_OF_EACH + 1).map(seq => fileEvent(seq));
    expect(collapse(events).stored).toEqual(events);
  });

  test.each([
    ['path', { path: '/b' }],
    ['outcome', { ok: false, errno: 'ENOENT' }],
    ['process', { proc: 2 }],
    ['thread', { tid: 8 }],
    ['call', { call: 'open' }],
    ['flags', { flags: ['torn'] }],
  ] as const)('is something else when its %s differs', (_, changes) => {
    const events = range(8).map(seq => (seq < 5 ? fileEvent(seq) : fileEvent(seq, changes)));
    expect(collapse(events, { keptOfEach: 1 }).stored.map(event => event.times)).toEqual([
      undefined,
      undefined,
      3,
      3,
    ]);
  });

  test('is told apart however its paths are spelled', () => {
    const events = [fileEvent(1, { path: '/a path2 1 b' }), fileEvent(2, { path: '/a', path2: 'b' })];
    expect(collapse(events, { keptOfEach: 1 }).stored).toEqual(events);
  });
});

describe('what a rule must see', () => {
  test('is never counted together: programs, connections, forks', () => {
    const events = range(KEPT_OF_EACH * 3).map(execution);
    expect(collapse(events).stored).toEqual(events);
  });

  test('keeps its place among repeats: those after it are another event', () => {
    const flood = (from: number) => range(100).map(index => fileEvent(from + index));
    const { stored } = collapse([...flood(0), execution(500), ...flood(1000)], { keptOfEach: 2 });
    expect(
      stored.map(event => [event.seq, event.times]).sort(([one = 0], [other = 0]) => one - other),
    ).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 98],
      [500, undefined],
      [1001, undefined],
      [1002, 99],
    ]);
  });

  test('a path that is opened first is kept, beyond every cap', () => {
    const opens = range(100).map(seq => fileEvent(seq, { path: `/f${seq}` }));
    const { stored, counter } = collapse(opens, { cheapEvents: 0, identities: 2 });
    expect(stored).toEqual(opens);
    expect(counter.caps).toEqual([]);
  });
});

describe('cheap calls that differ', () => {
  const stat = (seq: number) =>
    fileEvent(seq, { kind: 'file.stat', call: 'stat', path: `/${seq}`, bytes: 1 });

  test('are stored up to a cap, and none is reached', () => {
    const { stored, counter } = collapse(range(50).map(stat), { cheapEvents: 50 });
    expect(stored).toHaveLength(50);
    expect(counter.caps).toEqual([]);
  });

  test('are counted by call beyond it, which is told; the first of each is whole', () => {
    const { stored, counter } = collapse(range(60).map(stat), { cheapEvents: 50 });
    expect(stored).toHaveLength(52);
    expect(stored[50]).toEqual(stat(51));
    expect(stored[51]).toEqual({
      seq: 52,
      at_ns: 520,
      kind: 'file.stat',
      call: 'stat',
      ok: true,
      proc: 0,
      pid: 0,
      tid: 0,
      origin: 'kernel',
      bytes: 9,
      times: 9,
      last_ns: 600,
      flags: ['capped'],
    });
    expect(counter.caps).toEqual(['cheap-events']);
    expect(counter.collapsed).toBe(8);
  });

  test('are still stored when even their outcomes are too many', () => {
    const odd = range(20).map(seq => ({ ...stat(seq), call: `c${seq}` }));
    const { stored } = collapse([...odd, ...odd], { cheapEvents: 0, outcomes: 5 });
    expect(stored).toHaveLength(20 + 5 + 15);
  });

  test('of a real flood take no more than the cap', () => {
    const counter = new RepeatCounter();
    let stored = 0;
    for (const seq of range(MAX_CHEAP_EVENTS + 10_000)) stored += counter.push([stat(seq)]).length;
    const last = counter.end();
    expect([stored, counter.collapsed]).toEqual([MAX_CHEAP_EVENTS + 1, 10_000 - 2]);
    expect(last.map(item => item.kind !== 'diagnostic' && item.times)).toEqual([10_000 - 1]);
  });
});

test.each([
  ['events', { identities: 1 }],
  ['characters', { identityCharacters: 1100 }],
])('what is beyond the limit of %s to remember is forgotten, which costs nothing but room', (_, limits) => {
  const event = (seq: number) =>
    fileEvent(seq, { path: `/${'x'.repeat(1000)}${Math.floor((seq - 1) / 100)}` });
  const { stored } = collapse(range(300).map(event), { keptOfEach: 1, ...limits });
  expect(stored.map(event => event.times ?? 1).sort((one, other) => one - other)).toEqual([
    1, 1, 1, 99, 99, 99,
  ]);
});

const anyEvent = fc
  .record({
    kind: fc.constantFrom('file.open', 'file.stat', 'file.write', 'process.exec' as const),
    path: fc.constantFrom('/a', '/b', '/c'),
    ok: fc.boolean(),
    bytes: fc.option(fc.nat(9), { nil: undefined }),
    proc: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ kind, path, ok, bytes, proc }) => ({
    kind,
    path,
    ok,
    proc,
    ...(bytes === undefined ? {} : { bytes }),
  }));
const anyLimits = fc.record({
  keptOfEach: fc.integer({ min: 1, max: 3 }),
  cheapEvents: fc.nat(20),
  identities: fc.integer({ min: 1, max: 6 }),
});

function toEvent(made: { readonly kind: Event['kind'] }, index: number): Event {
  return Object.assign(fileEvent(index + 1, { call: made.kind }), made);
}

describe('for any events and limits', () => {
  test('every call, byte and outcome is counted exactly once', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 200 }), anyLimits, (made, limits) => {
        const events = made.map(toEvent);
        const { stored, counter } = collapse(events, limits);
        expect(countsOf(stored)).toEqual(countsOf(events));
        expect(counter.collapsed).toBe(events.length - stored.length);
      }),
    );
  });

  test('the order of what is new, and every number, stays', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 200 }), anyLimits, (made, limits) => {
        const { stored } = collapse(made.map(toEvent), limits);
        const seqs = stored.map(event => event.seq);
        expect(new Set(seqs).size).toBe(seqs.length);
        expect(stored.every(event => event.at_ns === event.seq * 10)).toBe(true);
        expect(stored.every(event => (event.last_ns ?? event.at_ns) >= event.at_ns)).toBe(true);
        const alone = stored.filter(event => event.times === undefined && event.kind === 'process.exec');
        expect(alone.map(event => event.seq)).toEqual(alone.map(event => event.seq).sort((a, b) => a - b));
      }),
    );
  });

  test('how they are cut into batches does not matter', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 100 }),
        anyLimits,
        fc.integer({ min: 1, max: 9 }),
        (made, limits, size) => {
          const events = made.map(toEvent);
          const counter = new RepeatCounter(limits);
          const given: TraceItem[] = [];
          for (let at = 0; at < events.length; at += size)
            given.push(...counter.push(events.slice(at, at + size)));
          expect([...given, ...counter.end()]).toEqual(collapse(events, limits).stored);
        },
      ),
    );
  });
});

test('diagnostics pass through in their place', () => {
  const diagnostic: Diagnostic = {
    kind: 'diagnostic',
    reason: 'unreadable-line',
    text: 'x',
    source_offset: 0,
    source_length: 1,
  };
  expect(new RepeatCounter().push([fileEvent(1), diagnostic])).toEqual([fileEvent(1), diagnostic]);
});

/** Calls and bytes by kind and outcome: what both sides of the counter must agree about. */
function countsOf(events: readonly Event[]): Readonly<Record<string, readonly number[]>> {
  const counts: Record<string, number[]> = {};
  for (const event of events) {
    const key = `${event.kind} ${event.ok}`;
    const [times = 0, bytes = 0] = counts[key] ?? [];
    counts[key] = [times + (event.times ?? 1), bytes + ('bytes' in event ? (event.bytes ?? 0) : 0)];
  }
  return counts;
}
