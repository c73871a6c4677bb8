import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { KEPT_OF_EACH, RepeatCounter } from '../../../src/runner/repeats/repeat-counter.ts';

test.each(['dup', 'fcntl'])('a copy by %s that takes the place of input or output is like no other', call => {
  const copy = (seq: number, ret: number): Event => ({
    seq,
    at_ns: seq,
    kind: 'raw',
    proc: 1,
    pid: 7,
    tid: 7,
    call,
    args: '9<TCP:[127.0.0.1:1->127.0.0.1:2]>',
    ret,
    origin: 'kernel',
  });
  const elsewhere = Array.from({ length: KEPT_OF_EACH * 2 }, (_, index) => copy(index, index + 3));
  const places = [0, 1, 2].map(ret => copy(1000 + ret, ret));
  const counter = new RepeatCounter();
  const stored = [...counter.push([...elsewhere, ...places]), ...counter.end()];
  expect(stored).toEqual(expect.arrayContaining(places));
  expect(stored).toContainEqual(expect.objectContaining({ times: KEPT_OF_EACH }));
});
