import type { DecodedEvent } from '../../../../src/tracers/etw/decoded-event.ts';
import { EtlReader } from '../../../../src/tracers/etw/etl-reader.ts';
import { EventDecoder } from '../../../../src/tracers/etw/event-decoder.ts';
import type { EtwSession } from '../../../../src/tracers/etw/record.ts';

/** What TraceEvent looks up in the whole of a trace to show one event. */
export interface Traced {
  readonly session: EtwSession;
  /** Names of processes by pid. */
  readonly processes: ReadonlyMap<number, string>;
  /** Processes by thread, and by disk request who began it. */
  readonly threads: ReadonlyMap<number, number>;
  readonly files: ReadonlyMap<bigint, string>;
  readonly volumes: readonly (readonly [nt: string, dos: string])[];
}

export interface DecodedTrace {
  readonly traced: Traced;
  /** The first five of each kind. */
  readonly first: ReadonlyMap<string, readonly DecodedEvent[]>;
  readonly counts: ReadonlyMap<string, number>;
  /** By provider and id, for what has no name of ours. */
  readonly idCounts: ReadonlyMap<string, number>;
  readonly bad: readonly string[];
}

const SHOWN = 5;
const EXECUTING = 3;

/** Reads and decodes a whole trace, in chunks. */
export function decodeTrace(bytes: Uint8Array): DecodedTrace {
  const [counts, idCounts] = [new Map<string, number>(), new Map<string, number>()];
  const first = new Map<string, DecodedEvent[]>();
  const [processes, threads] = [new Map([[0, 'Idle']]), new Map<number, number>()];
  const files = new Map<bigint, string>();
  const volumes: (readonly [string, string])[] = [];
  const bad: string[] = [];
  let session: EtwSession | undefined;
  const decoder = new EventDecoder();
  const reader = new EtlReader(item => {
    if (item.kind === 'session') session = item;
    if (item.kind === 'diagnostic') bad.push(item.reason);
    if (item.kind !== 'record') return;
    const event = decoder.decode(item);
    learn(event);
    if (isHidden(event)) return;
    const kind = `${event.provider}/${event.event}`;
    add(counts, kind);
    add(idCounts, `${item.provider}/${item.id}`);
    const seen = first.get(kind) ?? [];
    if (seen.length < SHOWN) seen.push(event);
    first.set(kind, seen);
  });
  const learn = ({ event = '', fields }: DecodedEvent) => {
    const pid = fields.number('ProcessId') ?? -1;
    if (event.startsWith('Thread/')) threads.set(fields.number('TThreadId') ?? -1, pid);
    if (/^Process\/(DC)?Start$/.test(event)) processes.set(pid, fields.text('ImageFileName') ?? '');
    if (event.startsWith('FileIO/File'))
      files.set(fields.bigint('FileObject') ?? 0n, fields.text('FileName') ?? '');
    if (event === 'SysConfig/VolumeMapping')
      volumes.push([fields.text('NtPath') ?? '', fields.text('DosPath') ?? '']);
  };
  for (let at = 0; at < bytes.length; at += 10_007) reader.push(bytes.subarray(at, at + 10_007));
  reader.end();
  if (session === undefined) throw new Error('a trace without a session');
  return { traced: { session, processes, threads, files, volumes }, first, counts, idCounts, bad };
}

/** TraceEvent leaves out samples of processors that did nothing (its TraceLog.cs). */
function isHidden({ event, fields }: DecodedEvent): boolean {
  if (event !== 'PerfInfo/Sample' || fields.number('ThreadId') !== 0) return false;
  return ((fields.number('Flags') ?? 0) & EXECUTING) === 0;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
