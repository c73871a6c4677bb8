import type { BufferCursor } from './buffer-cursor.ts';
import type { BufferRecord } from './buffer-record.ts';

/**
 * Buffers that are held for each CPU, so that an idle CPU's buffer, which is full late, still comes in its place.
 * 24 are needed for a real ten seconds of eight CPUs; each is 64 KiB to 1 MiB.
 */
const BUFFERS_PER_CPU = 32;
const LEAST_BUFFERS = 16;
/** Bytes of all buffers that are held. Reached: what is oldest is given though something older may come. */
export const MAX_HELD_BYTES = 128 * 1024 * 1024;

/** The buffers of one CPU that are waiting, the oldest first. */
interface Stream {
  readonly cursors: BufferCursor[];
  ns: number;
}

/**
 * Merges the buffers of all CPUs by time. A file holds buffers in the order in which they were full, so records of
 * two CPUs overlap; how far is not known. A record that comes after younger ones were given is marked late.
 */
export class Merge {
  readonly #visit: (record: BufferRecord) => void;
  readonly #streams = new Map<number, Stream>();
  /** A binary heap by the time of each stream's next record. */
  readonly #heap: Stream[] = [];
  #maxBuffers = LEAST_BUFFERS;
  #buffers = 0;
  #bytes = 0;
  #lastNs = Number.NEGATIVE_INFINITY;

  constructor(visit: (record: BufferRecord) => void) {
    this.#visit = visit;
  }

  setCpus(cpus: number): void {
    this.#maxBuffers = Math.max(LEAST_BUFFERS, cpus * BUFFERS_PER_CPU);
  }

  add(cursor: BufferCursor): void {
    if (cursor.current === undefined) return;
    this.#buffers += 1;
    this.#bytes += cursor.buffer.bytes.length;
    const stream = this.#streams.get(cursor.buffer.cpu);
    if (stream === undefined) this.#addStream(cursor, cursor.current.ns);
    else stream.cursors.push(cursor);
    this.#drain(this.#maxBuffers, MAX_HELD_BYTES);
  }

  end(): void {
    this.#drain(0, 0);
  }

  #addStream(cursor: BufferCursor, ns: number): void {
    const stream = { cursors: [cursor], ns };
    this.#streams.set(cursor.buffer.cpu, stream);
    this.#heap.push(stream);
    this.#siftUp(this.#heap.length - 1);
  }

  #drain(maxBuffers: number, maxBytes: number): void {
    const heap = this.#heap;
    while (this.#buffers > maxBuffers || this.#bytes > maxBytes) {
      const oldest = heap[0];
      if (oldest === undefined) return;
      this.#drainStream(
        oldest,
        Math.min(heap[1]?.ns ?? Number.POSITIVE_INFINITY, heap[2]?.ns ?? Number.POSITIVE_INFINITY),
      );
    }
  }

  /** Gives the records of the oldest stream up to `until`, where another is older, or to its buffer's end. */
  #drainStream(stream: Stream, until: number): void {
    const cursor = stream.cursors[0];
    let record = cursor?.current;
    while (cursor !== undefined && record !== undefined && record.ns <= until) {
      this.#give(record);
      cursor.advance();
      record = cursor.current;
    }
    if (record !== undefined) stream.ns = record.ns;
    else this.#nextBuffer(stream);
    this.#siftDown();
  }

  #give(record: BufferRecord): void {
    if (record.ns < this.#lastNs) record.isLate = true;
    else this.#lastNs = record.ns;
    this.#visit(record);
  }

  #nextBuffer(stream: Stream): void {
    const done = stream.cursors.shift();
    this.#buffers -= 1;
    this.#bytes -= done?.buffer.bytes.length ?? 0;
    const next = stream.cursors[0];
    if (next?.current !== undefined) {
      stream.ns = next.current.ns;
      return;
    }
    this.#streams.delete(done?.buffer.cpu ?? -1);
    const last = this.#heap.pop();
    if (last !== undefined && last !== stream) this.#heap[0] = last;
  }

  #siftUp(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (this.#nsAt(parent) <= this.#nsAt(at)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #siftDown(): void {
    for (let at = 0; ; ) {
      const left = at * 2 + 1;
      const smaller = this.#nsAt(left + 1) < this.#nsAt(left) ? left + 1 : left;
      if (this.#nsAt(smaller) >= this.#nsAt(at)) return;
      this.#swap(smaller, at);
      at = smaller;
    }
  }

  #nsAt(index: number): number {
    return this.#heap[index]?.ns ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
