import { expandXpress } from './expand-xpress.ts';

/** Bytes of the header before a buffer's records (`WMI_BUFFER_HEADER`). */
export const BUFFER_HEADER_BYTES = 0x48;
/** Windows allows buffers of up to 16 MiB (EVENT_TRACE_PROPERTIES.BufferSize); a larger one is damage. */
export const MAX_BUFFER_BYTES = 16 * 1024 * 1024;

const EVENTS_LOST = 0x02;
const BUFFER_LOST = 0x04;
const HAS_PROCESSOR_INDEX = 0x20;
const COMPRESSED = 0x40;
const HEADER_BUFFER = 4;

/** One buffer of a trace file, expanded. `bytes` begins with the buffer's header. */
export interface TraceBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the records end in `bytes`. */
  readonly end: number;
  readonly cpu: number;
  readonly lostEvents: boolean;
  readonly lostBuffers: boolean;
  readonly isCompressed: boolean;
  /** A file's first buffer, which describes the session. */
  readonly isHeader: boolean;
  /** Where it stands in the file. */
  readonly offset: number;
  readonly length: number;
}

/** Bytes that the buffer beginning at `at` takes in the file; undefined when that cannot be. */
export function readBufferBytes(view: DataView, at: number): number | undefined {
  const bytes = view.getUint32(at, true);
  return bytes >= BUFFER_HEADER_BYTES && bytes <= MAX_BUFFER_BYTES ? bytes : undefined;
}

/** Reads one whole buffer; the reason why not, when its header contradicts itself. */
export function readBuffer(stored: Uint8Array, offset: number): TraceBuffer | string {
  const header = viewOf(stored);
  const flags = header.getUint16(0x34, true);
  const end = header.getUint32(0x30, true);
  const isCompressed = (flags & COMPRESSED) !== 0;
  if (end < BUFFER_HEADER_BYTES || end > (isCompressed ? MAX_BUFFER_BYTES : stored.length))
    return 'unreadable-buffer';
  const bytes = isCompressed ? expand(stored, end) : stored;
  if (bytes === undefined) return 'unreadable-compression';
  return {
    bytes,
    view: isCompressed ? viewOf(bytes) : header,
    end,
    // Before Windows 7 the processor is one byte, and the next is an alignment.
    cpu: (flags & HAS_PROCESSOR_INDEX) !== 0 ? header.getUint16(0x28, true) : header.getUint8(0x28),
    lostEvents: (flags & EVENTS_LOST) !== 0,
    lostBuffers: (flags & BUFFER_LOST) !== 0,
    isCompressed,
    isHeader: header.getUint16(0x36, true) === HEADER_BUFFER,
    offset,
    length: stored.length,
  };
}

/** The header itself is never compressed; records stay at the offsets they had. */
function expand(stored: Uint8Array, end: number): Uint8Array | undefined {
  const bytes = new Uint8Array(end);
  bytes.set(stored.subarray(0, BUFFER_HEADER_BYTES));
  const isWhole = expandXpress(stored.subarray(BUFFER_HEADER_BYTES), bytes.subarray(BUFFER_HEADER_BYTES));
  return isWhole ? bytes : undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
