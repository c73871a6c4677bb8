import { beforeAll, describe, expect, test } from 'vitest';
import type { DecodedEvent, FieldValue } from '../../../src/tracers/etw/decoded-event.ts';
import { isMissing, readData, readZipped } from '../../helpers/data/shared-data.ts';
import { type Baseline, readBaseline } from './oracle/baseline.ts';
import { shownValue } from './oracle/computed.ts';
import { dotnetId } from './oracle/dotnet-ids.ts';
import { knownFaults } from './oracle/known-faults.ts';
import { isSameValue } from './oracle/same-value.ts';
import { type DecodedTrace, decodeTrace } from './oracle/traced.ts';

/** Kept by TraceEvent for itself (stacks, rundowns of threads and files), or unknown to it: not in its counts. */
const notCounted = new Set([
  'Windows Kernel/StackWalk/Stack',
  'Windows Kernel/StackWalk/KeyDelete',
  'Windows Kernel/StackWalk/KeyRundown',
  'Windows Kernel/StackWalk/StackKeyKernel',
  'Windows Kernel/StackWalk/StackKeyUser',
  'Windows Kernel/Thread/DCStart',
  'Windows Kernel/Thread/DCStop',
  'Windows Kernel/FileIO/FileCreate',
  'Windows Kernel/FileIO/FileDelete',
  'Windows Kernel/FileIO/FileRundown',
  'Windows Kernel/Image/HypercallPage',
  'Windows Kernel/SystemConfig/OpticalMedia',
  'Windows Kernel/SystemConfig/DPI',
  'Windows Kernel/EventTrace/PartitionInfoExtension',
]);

const names = ['net.4.5.2.x64', 'gcevents', 'gcrundownevents', 'primitive-types'];

/** The kernel has two names in TraceEvent, by which of its two parsers knows the event. */
const ourKind = (kind: string) => kind.replace(/^MSNT_SystemTrace\//, 'Windows Kernel/');

describe.skipIf(isMissing('etw/perfview')).each(names)("Microsoft's decode of %s", name => {
  let baseline: Baseline;
  let trace: DecodedTrace;

  beforeAll(() => {
    baseline = readBaseline(new TextDecoder().decode(readData('etw/perfview', `${name}.baseline.txt`)));
    trace = decodeTrace(readZipped(readData('etw/perfview', `${name}.etl.zip`), '.etl'));
  });

  test('has as many of every kind of event', () => {
    const ours = Array.from(baseline.counts.keys(), kind => [kind, countOf(trace, kind)]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(baseline.counts));
    expect(trace.bad).toEqual([]);
  });

  test('has no event less', () => {
    const counted = new Set(Array.from(baseline.counts.keys(), ourKind));
    const named = [...trace.counts.keys()].filter(
      kind => !kind.endsWith('/undefined') && !kind.startsWith('Microsoft-Windows-DotNETRuntime'),
    );
    expect(named.filter(kind => !counted.has(kind) && !notCounted.has(kind))).toEqual([]);
  });

  test('has the same fields', () => {
    const { equal, all, differing } = compare(baseline, trace);
    console.log(
      `${name}: ${equal} of ${all} baseline fields equal, ${differing.size} kinds of fields at fault there`,
    );
    expect([...differing].filter(([where]) => !(where in knownFaults))).toEqual([]);
    const expectedFaults = Object.keys(knownFaults).filter(where => hasKind(baseline, where));
    expect([...differing.keys()].sort()).toEqual(expectedFaults.sort());
  });
});

interface Comparison {
  readonly equal: number;
  readonly all: number;
  readonly differing: ReadonlyMap<string, string>;
}

/** Every field of every event that is shown, its time too; .NET's events are counted only. */
function compare({ shown }: Baseline, trace: DecodedTrace): Comparison {
  const seen = new Map<string, number>();
  const differing = new Map<string, string>();
  let all = 0;
  let equal = 0;
  for (const event of shown.filter(({ kind }) => dotnetId(kind) === undefined)) {
    const at = seen.get(event.kind) ?? 0;
    seen.set(event.kind, at + 1);
    const ours = trace.first.get(ourKind(event.kind))?.[at];
    const fields = [...event.fields, ['ms', event.ms.toFixed(3)] as const];
    const wrong = fields.filter(([name, text]) => !isEqual(text, ownValue(event.kind, name, ours, trace)));
    all += fields.length;
    equal += fields.length - wrong.length;
    for (const [name, text] of wrong)
      differing.set(
        `${event.kind} ${name}`,
        `${text}, and we have ${String(ownValue(event.kind, name, ours, trace))}`,
      );
  }
  return { equal, all, differing };
}

function isEqual(text: string, value: FieldValue | undefined): boolean {
  return value !== undefined && isSameValue(text, value);
}

function ownValue(kind: string, name: string, ours: DecodedEvent | undefined, { traced }: DecodedTrace) {
  if (ours === undefined) return undefined;
  return name === 'ms' ? ours.record.ns / 1e6 : shownValue(kind, name, ours, traced);
}

function countOf({ counts, idCounts }: DecodedTrace, kind: string): number | undefined {
  const id = dotnetId(kind);
  return id === undefined ? counts.get(ourKind(kind)) : idCounts.get(id);
}

function hasKind({ counts }: Baseline, where: string): boolean {
  return [...counts.keys()].some(kind => where.startsWith(`${kind} `));
}
