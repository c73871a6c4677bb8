import type { Diagnostic } from '../../model/trace.ts';
import { BufferCursor, type CursorOptions } from './container/buffer-cursor.ts';
import { BufferSplitter, type BufferVisitor } from './container/buffer-splitter.ts';
import { clockOf, TraceClock } from './container/clock.ts';
import { GuidTexts } from './container/guid-texts.ts';
import { Merge } from './container/merge.ts';
import { readSessionHeader } from './container/session-header.ts';
import { readBuffer, type TraceBuffer } from './container/trace-buffer.ts';
import type { EtwLost, EtwRecord, EtwSession } from './record.ts';

/** What reading a file gives, records in the order of time as far as memory allows. */
export type EtwItem = EtwSession | EtwRecord | EtwLost | Diagnostic;

/** Bytes of damaged input that a diagnostic shows. */
const SHOWN_BYTES = 32;
/** What is assumed of a file whose header is missing: QueryPerformanceCounter of Windows 10. */
const USUAL_FREQUENCY = 10_000_000;

/**
 * Reads a trace file (.etl). Chunks may be split anywhere. Never throws on input: what cannot be read is a diagnostic,
 * and what stands before and, where the file allows it, after it is read. Holds a few buffers for each CPU. Files that
 * follow each other in one stream are read one after the other, each with its own clock.
 */
export class EtlReader implements BufferVisitor {
  readonly #splitter = new BufferSplitter(this);
  #merge: Merge;
  readonly #guids = new GuidTexts();
  readonly #visit: (item: EtwItem) => void;
  #options: CursorOptions | undefined;

  /** `visit` takes each item as it is read: a list of all that a chunk completes may be long. */
  constructor(visit: (item: EtwItem) => void) {
    this.#visit = visit;
    this.#merge = new Merge(visit);
  }

  push(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
  }

  /** Call once, after the last chunk: gives what was still held. */
  end(): void {
    this.#splitter.end();
    this.#merge.end();
  }

  /** Called by the splitter. */
  buffer(bytes: Uint8Array, offset: number): void {
    const buffer = readBuffer(bytes, offset);
    if (typeof buffer === 'string') {
      this.damage(buffer, bytes, offset, bytes.length);
      return;
    }
    if (this.#options === undefined || (buffer.isHeader && this.#isAnotherFile(buffer)))
      this.#options = this.#readSession(buffer);
    this.#tellLost(buffer);
    this.#merge.add(new BufferCursor(buffer, this.#options));
  }

  /** Called by the splitter. */
  damage(reason: string, bytes: Uint8Array, offset: number, length: number): void {
    this.#visit({
      kind: 'diagnostic',
      reason,
      text: toHex(bytes.subarray(0, SHOWN_BYTES)),
      source_offset: offset,
      source_length: length,
    });
  }

  /** The session's header is the first record of the first buffer; without it times have no meaning but order. */
  #readSession(buffer: TraceBuffer): CursorOptions {
    const unknown = this.#cursorOptions(new TraceClock(0n, USUAL_FREQUENCY), 8);
    const first = new BufferCursor(buffer, { ...unknown, damage: () => undefined }).current;
    const header = first === undefined ? undefined : readSessionHeader(first);
    if (first === undefined || header === undefined) {
      this.damage('no-session-header', buffer.bytes, buffer.offset, buffer.length);
      return unknown;
    }
    const { session, lost } = header;
    this.#visit(session);
    for (const loss of lost) this.#visit(loss);
    this.#merge.setCpus(session.cpus);
    if (!buffer.isCompressed && buffer.length === session.bufferBytes)
      this.#splitter.blockBytes = buffer.length;
    return this.#cursorOptions(clockOf(session, first.time), session.pointerSize);
  }

  /** The next file of the stream begins: what is held of the last one comes first. */
  #isAnotherFile(buffer: TraceBuffer): boolean {
    const options = this.#cursorOptions(new TraceClock(0n, USUAL_FREQUENCY), 8);
    const first = new BufferCursor(buffer, { ...options, damage: () => undefined }).current;
    if (first === undefined || readSessionHeader(first) === undefined) return false;
    this.#merge.end();
    this.#merge = new Merge(this.#visit);
    return true;
  }

  #cursorOptions(clock: TraceClock, pointerSize: 4 | 8): CursorOptions {
    return {
      clock,
      guids: this.#guids,
      pointerSize,
      damage: (reason, buffer, at, length) => {
        const shown = buffer.bytes.subarray(at, at + Math.min(length, SHOWN_BYTES));
        if (buffer.isCompressed) this.damage(reason, shown, buffer.offset, buffer.length);
        else this.damage(reason, shown, buffer.offset + at, length);
      },
    };
  }

  #tellLost({ lostEvents, lostBuffers, offset, length }: TraceBuffer): void {
    const where = { said: 'buffer', count: undefined, source_offset: offset, source_length: length } as const;
    if (lostEvents) this.#visit({ kind: 'lost', what: 'events', ...where });
    if (lostBuffers) this.#visit({ kind: 'lost', what: 'buffers', ...where });
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');
}
