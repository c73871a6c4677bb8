import type { EtwLost, EtwSession } from '../record.ts';
import type { BufferRecord } from './buffer-record.ts';
import { kernelClasses } from './kernel-groups.ts';

/** The longest name of a logger or file that is kept; Windows allows 1024 characters. */
export const MAX_NAME_CHARACTERS = 1024;

const FILETIME_FREQUENCY = 10_000_000;
const MEGAHERTZ = 1_000_000;
const clocks = { 1: 'qpc', 2: 'filetime', 3: 'cycles' } as const;

export interface SessionHeader {
  readonly session: EtwSession;
  readonly lost: readonly EtwLost[];
}

/** Where the fields after the two pointers stand, by the size of a pointer (`TRACE_LOGFILE_HEADER`). */
const layouts = {
  4: { bias: 64, bootTime: 240, names: 272 },
  8: { bias: 72, bootTime: 248, names: 280 },
} as const;

/** Reads the first record of a file, which describes the session; undefined when `record` is none. */
export function readSessionHeader(record: BufferRecord): SessionHeader | undefined {
  if (record.provider !== kernelClasses.eventTrace || record.id !== 0) return undefined;
  const { payload } = record;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (view.byteLength < layouts[4].names) return undefined;
  const pointerSize = view.getUint32(44, true) === 4 ? 4 : 8;
  const { bias, bootTime, names } = layouts[pointerSize];
  if (view.byteLength < names) return undefined;
  const [loggerName, logFileName] = readNames(view, names);
  const version = view.getUint32(4, true);
  const clock = clockName(view.getUint32(bootTime + 24, true));
  const session: EtwSession = {
    kind: 'session',
    osMajor: version & 0xff,
    osMinor: (version >>> 8) & 0xff,
    build: view.getUint32(8, true),
    cpus: view.getUint32(12, true),
    bufferBytes: view.getUint32(0, true),
    pointerSize,
    startTime: view.getBigInt64(bootTime + 16, true),
    endTime: view.getBigInt64(16, true),
    bootTime: view.getBigInt64(bootTime, true),
    biasMinutes: view.getInt32(bias, true),
    clock,
    frequency: readFrequency(view, clock, bootTime),
    loggerName,
    logFileName,
  };
  return { session, lost: readLosses(view, bootTime, record) };
}

function clockName(value: number): EtwSession['clock'] {
  return value === 2 || value === 3 ? clocks[value] : clocks[1];
}

function readFrequency(view: DataView, clock: EtwSession['clock'], bootTime: number): number {
  if (clock === 'filetime') return FILETIME_FREQUENCY;
  const units =
    clock === 'cycles' ? view.getUint32(52, true) * MEGAHERTZ : Number(view.getBigInt64(bootTime + 8, true));
  return units > 0 ? units : FILETIME_FREQUENCY;
}

function readLosses(view: DataView, bootTime: number, record: BufferRecord): EtwLost[] {
  const counts = [
    { what: 'events', count: view.getUint32(48, true) },
    { what: 'buffers', count: view.getUint32(bootTime + 28, true) },
  ] as const;
  return counts
    .filter(({ count }) => count > 0)
    .map(({ what, count }) => ({
      kind: 'lost',
      what,
      count,
      said: 'header',
      source_offset: record.source_offset,
      source_length: record.source_length,
    }));
}

function readNames(view: DataView, at: number): [string, string] {
  const first = readName(view, at);
  return [first, readName(view, at + (first.length + 1) * 2)];
}

function readName(view: DataView, at: number): string {
  let text = '';
  for (let next = at; next + 2 <= view.byteLength && text.length < MAX_NAME_CHARACTERS; next += 2) {
    const unit = view.getUint16(next, true);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}
