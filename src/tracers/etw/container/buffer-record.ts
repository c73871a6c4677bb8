import type { EtwRecord, ExtendedItem, HeaderKind } from '../record.ts';
import { readGuid, ZERO_GUID } from './guid-texts.ts';
import type { TraceBuffer } from './trace-buffer.ts';

/** What the headers of all kinds have, wherever they have it. */
export interface RecordHead {
  readonly header: HeaderKind;
  readonly provider: string;
  readonly group: number;
  readonly id: number;
  readonly opcode: number;
  readonly version: number;
  readonly pid: number;
  readonly tid: number;
  readonly ns: number;
  readonly pointerSize: 4 | 8;
  /** Where the raw time stands; -1 when the record has none of its own. */
  readonly timeAt: number;
  readonly payloadAt: number;
}

const EXTENDED_ITEM_HEADER = 8;
const MORE_FOLLOW = 1;

/** A record that reads from its buffer what is asked for rarely. */
export class BufferRecord implements EtwRecord {
  readonly kind = 'record';
  readonly header: HeaderKind;
  readonly provider: string;
  readonly group: number;
  readonly id: number;
  readonly opcode: number;
  readonly version: number;
  readonly pid: number;
  readonly tid: number;
  readonly ns: number;
  readonly pointerSize: 4 | 8;
  isLate = false;
  readonly #buffer: TraceBuffer;
  readonly #at: number;
  readonly #end: number;
  readonly #timeAt: number;
  readonly #payloadAt: number;

  constructor(buffer: TraceBuffer, at: number, end: number, head: RecordHead) {
    this.header = head.header;
    this.provider = head.provider;
    this.group = head.group;
    this.id = head.id;
    this.opcode = head.opcode;
    this.version = head.version;
    this.pid = head.pid;
    this.tid = head.tid;
    this.ns = head.ns;
    this.pointerSize = head.pointerSize;
    this.#buffer = buffer;
    this.#at = at;
    this.#end = end;
    this.#timeAt = head.timeAt;
    this.#payloadAt = head.payloadAt;
  }

  get cpu(): number {
    return this.#buffer.cpu;
  }

  get time(): bigint {
    return this.#timeAt < 0 ? 0n : this.#buffer.view.getBigInt64(this.#timeAt, true);
  }

  get payload(): Uint8Array {
    return this.#buffer.bytes.subarray(this.#payloadAt, this.#end);
  }

  get level(): number {
    if (this.header === 'event') return this.#buffer.view.getUint8(this.#at + 0x2c);
    return this.header === 'classic' ? this.#buffer.view.getUint8(this.#at + 5) : 0;
  }

  get channel(): number {
    return this.header === 'event' ? this.#buffer.view.getUint8(this.#at + 0x2b) : 0;
  }

  get task(): number {
    return this.header === 'event' ? this.#buffer.view.getUint16(this.#at + 0x2e, true) : 0;
  }

  get keyword(): bigint {
    return this.header === 'event' ? this.#buffer.view.getBigUint64(this.#at + 0x30, true) : 0n;
  }

  get activity(): string | undefined {
    if (this.header !== 'event') return undefined;
    const activity = readGuid(this.#buffer.view, this.#at + 0x40);
    return activity === ZERO_GUID ? undefined : activity;
  }

  get extended(): readonly ExtendedItem[] {
    if (this.header !== 'event') return [];
    return readExtendedItems(this.#buffer, this.#at + EVENT_HEADER_BYTES, this.#payloadAt);
  }

  get source_offset(): number {
    return this.#buffer.isCompressed ? this.#buffer.offset : this.#buffer.offset + this.#at;
  }

  get source_length(): number {
    return this.#buffer.isCompressed ? this.#buffer.length : this.#end - this.#at;
  }
}

/** Bytes of the header that events of manifest and TraceLogging providers have. */
export const EVENT_HEADER_BYTES = 0x50;

/** Where a chain of extended items ends: there the payload begins. -1 when the chain leaves its record. */
export function endOfExtendedItems(view: DataView, at: number, end: number): number {
  for (let next = at; next + EXTENDED_ITEM_HEADER <= end; ) {
    const bytes = view.getUint16(next, true);
    if (bytes < EXTENDED_ITEM_HEADER || next + bytes > end) return -1;
    const hasMore = (view.getUint16(next + 4, true) & MORE_FOLLOW) !== 0;
    next += bytes;
    if (!hasMore) return next;
  }
  return -1;
}

function readExtendedItems({ bytes, view }: TraceBuffer, at: number, end: number): ExtendedItem[] {
  const items: ExtendedItem[] = [];
  for (let next = at; next < end; next += view.getUint16(next, true)) {
    const from = next + EXTENDED_ITEM_HEADER;
    const dataEnd = Math.min(from + view.getUint16(next + 6, true), next + view.getUint16(next, true));
    items.push({ type: view.getUint16(next + 2, true), data: bytes.subarray(from, dataEnd) });
  }
  return items;
}
