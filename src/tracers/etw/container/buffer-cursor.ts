import { BufferRecord, type RecordHead } from './buffer-record.ts';
import type { TraceClock } from './clock.ts';
import type { GuidTexts } from './guid-texts.ts';
import { type HeaderType, type HeadSource, headerTypes, readMessage } from './record-heads.ts';
import { BUFFER_HEADER_BYTES, type TraceBuffer } from './trace-buffer.ts';

/** What all cursors of a file share. */
export interface CursorOptions {
  readonly clock: TraceClock;
  readonly guids: GuidTexts;
  readonly pointerSize: 4 | 8;
  /** `length` bytes from `at` on are no record; after them the cursor is at its buffer's end. */
  damage(reason: string, buffer: TraceBuffer, at: number, length: number): void;
}

const ALIGNMENT = 8;
/** The shortest header is a WPP message's. */
const SHORTEST_RECORD = 8;
const NO_MORE = 0xffff_ffff;
const IS_EVENT = 0xc0;
const IS_MESSAGE = 0x90;

/** Goes through the records of one buffer, in the order in which they were written. */
export class BufferCursor {
  /** The record that is next; undefined at the end. */
  current: BufferRecord | undefined;
  readonly buffer: TraceBuffer;
  readonly #options: CursorOptions;
  readonly #source: HeadSource & { lastNs: number };
  #next = BUFFER_HEADER_BYTES;

  constructor(buffer: TraceBuffer, options: CursorOptions) {
    this.buffer = buffer;
    this.#options = options;
    const { clock, guids, pointerSize } = options;
    this.#source = { view: buffer.view, clock, guids, pointerSize, lastNs: 0 };
    this.advance();
  }

  advance(): void {
    const { view, end } = this.buffer;
    const at = this.#next;
    this.current = undefined;
    if (at + SHORTEST_RECORD > end) return;
    const marker = view.getUint32(at, true);
    if (marker !== NO_MORE) this.#read(at, marker);
  }

  #read(at: number, marker: number): void {
    const { view, end } = this.buffer;
    const type = typeOf(marker);
    if (type === undefined) {
      this.#damaged('unknown-record', at);
      return;
    }
    const bytes = view.getUint16(at + type.sizeAt, true);
    const fits = bytes >= SHORTEST_RECORD && at + bytes <= end;
    const head = fits ? type.read(this.#source, at, bytes) : undefined;
    if (head === undefined) this.#damaged('unreadable-record', at);
    else this.#found(at, bytes, head);
  }

  #found(at: number, bytes: number, head: RecordHead): void {
    this.#source.lastNs = head.ns;
    this.#next = (at + bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    this.current = new BufferRecord(this.buffer, at, at + bytes, head);
  }

  /** A record's size leads to the next: after a bad one nothing in this buffer can be trusted. */
  #damaged(reason: string, at: number): void {
    const { end } = this.buffer;
    this.#next = end;
    this.#options.damage(reason, this.buffer, at, end - at);
  }
}

const message: HeaderType = { sizeAt: 0, read: readMessage };

/** The fourth byte of a record says what its third one means. */
function typeOf(marker: number): HeaderType | undefined {
  const flags = marker >>> 24;
  if ((flags & IS_EVENT) === IS_EVENT) return headerTypes[(marker >>> 16) & 0xff];
  return (flags & IS_MESSAGE) === IS_MESSAGE ? message : undefined;
}
