import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { parseTrace } from '../parse.ts';

function events(trace: string, epochSeconds?: number): readonly Event[] {
  const items = parseTrace(strace, trace, epochSeconds === undefined ? {} : { epochSeconds });
  return items.flatMap(item => (item.kind === 'diagnostic' ? [] : [item]));
}

test('no nanosecond is lost, though seconds since 1970 leave a double no room for them', () => {
  const trace =
    '7 1795250351.105637123 getpid() = 7 <0.000000001>\n7 1795250351.105637124 getpid() = 7 <12.000000002>\n';
  const found = events(trace, 1_795_250_000);
  expect(found.map(event => event.at_ns)).toEqual([351_105_637_123, 351_105_637_124]);
  expect(found.map(event => event.dur_ns)).toEqual([1, 12_000_000_002]);
});

test('without an epoch the first time is zero', () => {
  expect(
    events('7 1795250351.9 getpid() = 7\n7 1795250352.1 getpid() = 7\n').map(event => event.at_ns),
  ).toEqual([0, 200_000_000]);
});

test('a clock that goes back gives a negative time', () => {
  expect(events('7 1700000009.0 getpid() = 7\n7 1700000000.5 getpid() = 7\n')[1]?.at_ns).toBe(-8_500_000_000);
});

test('a time of day goes on past midnight', () => {
  expect(events('7 23:59:59.5 getpid() = 7\n7 00:00:00.5 getpid() = 7\n').map(event => event.at_ns)).toEqual([
    0, 1_000_000_000,
  ]);
});

test('a resumed call keeps the time and place it began', () => {
  const trace =
    '7 1700000000.1 read(0,  <unfinished ...>\n8 1700000000.2 getpid() = 8\n7 1700000000.3 <... read resumed>"", 1) = 0\n';
  expect(events(trace, 1_700_000_000)).toMatchObject([
    { tid: 8, seq: 2, at_ns: 200_000_000 },
    { tid: 7, seq: 1, at_ns: 100_000_000, source_offset: 0, source_length: 41 },
  ]);
});
