import { BUFFER_HEADER_BYTES, readBufferBytes } from './trace-buffer.ts';

/** Takes the bytes of whole buffers, copied: the chunks they came in may be reused. */
export interface BufferVisitor {
  buffer(bytes: Uint8Array, offset: number): void;
  /** Bytes that are no buffer, or a buffer whose end is missing. */
  damage(reason: string, bytes: Uint8Array, offset: number, length: number): void;
}

/** What of damaged input is shown; how much there was is counted. */
const SHOWN_BYTES = 64;

/**
 * Cuts chunks into buffers. A buffer's first four bytes say where the next begins, so after a damaged one there is
 * none to be found, unless all have one size (`blockBytes`): then it goes on with the next block.
 */
export class BufferSplitter {
  readonly #visitor: BufferVisitor;
  /** Size of all buffers of an uncompressed file; undefined when a file's buffers differ in size. */
  blockBytes: number | undefined;
  #pending: Uint8Array = new Uint8Array(BUFFER_HEADER_BYTES);
  #filled = 0;
  /** Bytes of the buffer being filled: its header first, which says how many there are in all. */
  #wanted = BUFFER_HEADER_BYTES;
  #offset = 0;
  #skipping = false;
  #skipped = 0;
  #skipLeft = 0;

  constructor(visitor: BufferVisitor) {
    this.#visitor = visitor;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      at += this.#skipping ? this.#skip(chunk.length - at) : this.#fill(chunk, at);
    }
  }

  /** A last buffer that is not whole is damage; nothing after the last whole one is the ordinary end. */
  end(): void {
    if (this.#filled > 0) this.#tellDamage('truncated-buffer', this.#filled);
    else if (this.#skipped > 0) this.#tellDamage('unreadable-rest', this.#skipped);
    this.#filled = 0;
    this.#skipped = 0;
  }

  #fill(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#wanted - this.#filled, chunk.length - at);
    this.#pending.set(chunk.subarray(at, at + taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === this.#wanted) this.#isFilled();
    return taken;
  }

  #isFilled(): void {
    const header = this.#pending;
    if (this.#wanted > BUFFER_HEADER_BYTES) {
      this.#give();
      return;
    }
    const bytes = readBufferBytes(new DataView(header.buffer, header.byteOffset, header.length), 0);
    if (bytes === undefined) {
      this.#startSkipping();
    } else if (bytes === BUFFER_HEADER_BYTES) {
      this.#give();
    } else {
      this.#wanted = bytes;
      this.#pending = new Uint8Array(bytes);
      this.#pending.set(header);
    }
  }

  #give(): void {
    const [bytes, offset] = [this.#pending, this.#offset];
    this.#startNext(bytes.length);
    this.#visitor.buffer(bytes, offset);
  }

  #startNext(passed: number): void {
    this.#offset += passed;
    this.#pending = new Uint8Array(BUFFER_HEADER_BYTES);
    this.#filled = 0;
    this.#wanted = BUFFER_HEADER_BYTES;
  }

  #startSkipping(): void {
    const block = this.blockBytes;
    this.#skipped = BUFFER_HEADER_BYTES;
    this.#filled = 0;
    this.#skipping = true;
    this.#skipLeft = block === undefined ? Number.POSITIVE_INFINITY : block - BUFFER_HEADER_BYTES;
    if (this.#skipLeft <= 0) this.#stopSkipping();
  }

  #skip(available: number): number {
    const taken = Math.min(available, this.#skipLeft);
    this.#skipped += taken;
    this.#skipLeft -= taken;
    if (this.#skipLeft === 0) this.#stopSkipping();
    return taken;
  }

  #stopSkipping(): void {
    this.#tellDamage('unreadable-buffer', this.#skipped);
    this.#startNext(this.#skipped);
    this.#skipping = false;
    this.#skipped = 0;
  }

  #tellDamage(reason: string, length: number): void {
    const shown = this.#pending.slice(0, Math.min(length, SHOWN_BYTES, this.#pending.length));
    this.#visitor.damage(reason, shown, this.#offset, length);
  }
}
