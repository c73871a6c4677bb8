import { EVENT_HEADER_BYTES, endOfExtendedItems, type RecordHead } from './buffer-record.ts';
import type { TraceClock } from './clock.ts';
import type { GuidTexts } from './guid-texts.ts';
import { kernelClass, kernelClasses } from './kernel-groups.ts';

/** Reads the head of the record at `at`, `bytes` long; undefined when it contradicts itself. */
export type HeadReader = (source: HeadSource, at: number, bytes: number) => RecordHead | undefined;

/** What head readers share: the buffer's view, the trace's clock, the spellings of GUIDs met so far. */
export interface HeadSource {
  readonly view: DataView;
  readonly clock: TraceClock;
  readonly guids: GuidTexts;
  /** The time of the record before, for those that have none. */
  readonly lastNs: number;
  readonly pointerSize: 4 | 8;
}

const HAS_EXTENDED_ITEMS = 0x01;
const IS_32_BIT = 0x20;

/** `EVENT_HEADER`: manifest and TraceLogging providers. */
const readEvent: HeadReader = ({ view, clock, guids }, at, bytes) => {
  if (bytes < EVENT_HEADER_BYTES) return undefined;
  const flags = view.getUint16(at + 4, true);
  const payloadAt =
    (flags & HAS_EXTENDED_ITEMS) === 0
      ? at + EVENT_HEADER_BYTES
      : endOfExtendedItems(view, at + EVENT_HEADER_BYTES, at + bytes);
  if (payloadAt < 0) return undefined;
  return {
    header: 'event',
    provider: guids.at(view, at + 0x18),
    group: -1,
    id: view.getUint16(at + 0x28, true),
    opcode: view.getUint8(at + 0x2d),
    version: view.getUint8(at + 0x2a),
    tid: view.getInt32(at + 8, true),
    pid: view.getInt32(at + 12, true),
    ns: clock.nsAt(view, at + 16),
    // A 32-bit process says so in its header's type; where types were rewritten (relogging), in the flags.
    pointerSize: view.getUint8(at + 2) === EVENT_32 || (flags & IS_32_BIT) !== 0 ? 4 : 8,
    timeAt: at + 16,
    payloadAt,
  };
};

/** `EVENT_TRACE_HEADER`: classic providers with a GUID; instance events have 24 bytes more. */
const readClassic =
  (headerBytes: number, pointerSize: 4 | 8): HeadReader =>
  ({ view, clock, guids }, at, bytes) => {
    if (bytes < headerBytes) return undefined;
    const opcode = view.getUint8(at + 4);
    return {
      header: 'classic',
      provider: guids.at(view, at + 24),
      group: -1,
      id: opcode,
      opcode,
      version: view.getUint16(at + 6, true),
      tid: view.getInt32(at + 8, true),
      pid: view.getInt32(at + 12, true),
      ns: clock.nsAt(view, at + 16),
      pointerSize,
      timeAt: at + 16,
      payloadAt: at + headerBytes,
    };
  };

/** The version of a kernel record shares its 16 bits with what else stands behind its header. */
const VERSION = 0x00ff;
const HAS_PEBS_INDEX = 0x8000;
const COUNTERS = 0x0700;
const COUNTERS_SHIFT = 8;

/** `SYSTEM_TRACE_HEADER`, its short form without processor times, and `PERFINFO_TRACE_HEADER` without pid and tid. */
const readSystem =
  (headerBytes: number, pointerSize: 4 | 8): HeadReader =>
  ({ view, clock }, at, bytes) => {
    const version = view.getUint16(at, true);
    const counters = ((version & COUNTERS) >>> COUNTERS_SHIFT) + ((version & HAS_PEBS_INDEX) === 0 ? 0 : 1);
    const payloadAt = at + headerBytes + counters * 8;
    if (payloadAt > at + bytes) return undefined;
    const isShort = headerBytes === PERFINFO_BYTES;
    const [opcode, group] = [view.getUint8(at + 6), view.getUint8(at + 7)];
    const timeAt = at + (isShort ? 8 : 16);
    return {
      header: isShort ? 'perfinfo' : 'system',
      provider: kernelClass(group, opcode),
      group,
      id: opcode,
      opcode,
      version: version & VERSION,
      tid: isShort ? -1 : view.getInt32(at + 8, true),
      pid: isShort ? -1 : view.getInt32(at + 12, true),
      ns: clock.nsAt(view, timeAt),
      pointerSize,
      timeAt,
      payloadAt,
    };
  };

const MESSAGE_SEQUENCE = 0x01;
const MESSAGE_GUID = 0x02;
const MESSAGE_COMPONENT = 0x04;
const MESSAGE_TIME = 0x18;
const MESSAGE_SYSTEM_INFO = 0x20;
const MESSAGE_POINTER_32 = 0x40;

/** `MESSAGE_TRACE_HEADER` (WPP): its flags say which parts follow, in this order. */
export const readMessage: HeadReader = ({ view, clock, guids, lastNs, pointerSize }, at, bytes) => {
  if (bytes < 8) return undefined;
  const flags = view.getUint16(at + 6, true);
  const has = (flag: number) => (flags & flag) !== 0;
  const guidAt = at + 8 + (has(MESSAGE_SEQUENCE) ? 4 : 0);
  const hasGuid = has(MESSAGE_GUID) && !has(MESSAGE_COMPONENT);
  const timeAt = guidAt + (has(MESSAGE_COMPONENT) ? 4 : hasGuid ? 16 : 0);
  const infoAt = timeAt + (has(MESSAGE_TIME) ? 8 : 0);
  const payloadAt = infoAt + (has(MESSAGE_SYSTEM_INFO) ? 8 : 0);
  if (payloadAt > at + bytes) return undefined;
  return {
    header: 'message',
    provider: hasGuid ? guids.at(view, guidAt) : kernelClasses.system,
    group: -1,
    id: view.getUint16(at + 4, true),
    opcode: 0,
    version: 0,
    tid: has(MESSAGE_SYSTEM_INFO) ? view.getInt32(infoAt, true) : -1,
    pid: has(MESSAGE_SYSTEM_INFO) ? view.getInt32(infoAt + 4, true) : -1,
    ns: has(MESSAGE_TIME) ? clock.nsAt(view, timeAt) : lastNs,
    pointerSize: has(MESSAGE_POINTER_32) ? 4 : pointerSize,
    timeAt: has(MESSAGE_TIME) ? timeAt : -1,
    payloadAt,
  };
};

const EVENT_32 = 0x12;
const SYSTEM_BYTES = 32;
const COMPACT_BYTES = 24;
const PERFINFO_BYTES = 16;
const CLASSIC_BYTES = 48;
const INSTANCE_BYTES = 72;

/** A type of header: where its 16-bit size stands, and who reads it. */
export interface HeaderType {
  readonly sizeAt: number;
  readonly read: HeadReader;
}

/** `TRACE_HEADER_TYPE_*` of ntwmi.h, by the third byte of a record. */
export const headerTypes: Readonly<Record<number, HeaderType>> = {
  1: { sizeAt: 4, read: readSystem(SYSTEM_BYTES, 4) },
  2: { sizeAt: 4, read: readSystem(SYSTEM_BYTES, 8) },
  3: { sizeAt: 4, read: readSystem(COMPACT_BYTES, 4) },
  4: { sizeAt: 4, read: readSystem(COMPACT_BYTES, 8) },
  10: { sizeAt: 0, read: readClassic(CLASSIC_BYTES, 4) },
  11: { sizeAt: 0, read: readClassic(INSTANCE_BYTES, 4) },
  16: { sizeAt: 4, read: readSystem(PERFINFO_BYTES, 4) },
  17: { sizeAt: 4, read: readSystem(PERFINFO_BYTES, 8) },
  18: { sizeAt: 0, read: readEvent },
  19: { sizeAt: 0, read: readEvent },
  20: { sizeAt: 0, read: readClassic(CLASSIC_BYTES, 8) },
  21: { sizeAt: 0, read: readClassic(INSTANCE_BYTES, 8) },
};
