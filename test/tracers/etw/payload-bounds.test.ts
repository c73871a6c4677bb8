import { expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { etw } from '../../../src/tracers/etw/index.ts';
import { PayloadBounds } from '../../../src/tracers/etw/payload-bounds.ts';
import { etlFile } from '../../helpers/etl/etl-file.ts';
import { windowsStory } from '../../helpers/etl/windows-story.ts';
import { parseTrace } from '../parse.ts';

const bounded = windowsStory({ isBounded: true });

function eventsOf(trace: Uint8Array, isBounded: boolean, nonce?: string): readonly Event[] {
  const items = parseTrace(etw, Uint8Array.from(trace), { isBounded, nonce });
  return items.flatMap(item => (item.kind === 'diagnostic' || item.kind === 'meta.note' ? [] : [item]));
}

const shape = (events: readonly Event[]) =>
  events.map(event => `${event.pid} ${event.kind} ${'path' in event ? event.path : ''}`);

test('between markers only the command and what it made count', () => {
  const kept = shape(eventsOf(bounded, true));
  const alone = shape(eventsOf(windowsStory(), false)).filter(line => /^(?:500|600) /.test(line));
  expect(kept).toEqual(alone);
  expect(kept.length).toBeGreaterThan(8);
});

test('a trace without markers is whole where none are expected, and empty where they are', () => {
  expect(eventsOf(windowsStory(), false).length).toBeGreaterThan(10);
  expect(eventsOf(windowsStory(), true)).toEqual([]);
});

test('a look-alike that started earlier begins nothing where the nonce is known', () => {
  const nonce = 'ab'.repeat(16);
  const forged = windowsStory({ isBounded: true, hasLookAlike: true, nonce });
  expect(shape(eventsOf(forged, true, nonce))).toEqual(shape(eventsOf(bounded, true)));
  // Journals of before it was kept have none: there the first one that looks like it has to do.
  expect(eventsOf(forged, true)).toEqual([]);
  expect(eventsOf(bounded, true, nonce)).toEqual([]);
});

test('a marker that the command makes hides nothing', () => {
  const bounds = new PayloadBounds();
  const fork = (proc: number, child: number) => ({ ...common, proc, kind: 'process.fork', child }) as const;
  const exec = (proc: number, last: string) =>
    ({ ...common, proc, kind: 'process.exec', argv: ['cmd.exe', '/d', '/c', last] }) as const;
  const begin = `rem buildhaus begin ${'0'.repeat(32)}`;
  const forged = [fork(3, 4), exec(4, begin), fork(4, 5), exec(5, 'calc.exe')];
  const kept = bounds.keep([fork(1, 2), exec(2, begin), fork(1, 3), exec(3, 'x'), ...forged]);
  expect(kept.map(item => ('proc' in item ? item.proc : 0))).toEqual([3, 3, 4, 4, 5]);
});

test('files that follow each other are one trace: the second knows the processes of the first', () => {
  const twice = eventsOf(Buffer.concat([bounded, etlFile([]), windowsStory()]), false);
  const procs = new Set(twice.filter(event => event.pid === 500).map(event => event.proc));
  expect(procs.size).toBe(1);
});

const common = { seq: 0, at_ns: 0, pid: 1, tid: 1, origin: 'kernel' } as const;
