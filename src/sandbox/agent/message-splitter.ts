/** What a piece of the stream gave: whole messages, and whether the stream is beyond reading. */
export interface SplitMessages {
  readonly messages: readonly Uint8Array[];
  readonly broken: boolean;
}

/** A length of 1 MiB or less needs no more bytes than this. */
const maxLengthBytes = 3;

/**
 * Cuts a stream of length-delimited messages. Chunks may be split anywhere; holds at most one unfinished message.
 */
export class MessageSplitter {
  readonly #maxBytes: number;
  #length = 0;
  #lengthBytes = 0;
  #message: Uint8Array | undefined;
  #filled = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream may end here: nothing is unfinished. */
  get isBetweenMessages(): boolean {
    return this.#message === undefined && this.#lengthBytes === 0;
  }

  /** After `broken`, do not call again. */
  push(chunk: Uint8Array): SplitMessages {
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (!this.#message) {
        if (!this.#readLength(chunk[at] ?? 0)) return { messages, broken: true };
        at += 1;
      } else {
        at += this.#fill(this.#message, chunk.subarray(at));
      }
      if (this.#message && this.#filled === this.#message.length) messages.push(this.#take(this.#message));
    }
    return { messages, broken: false };
  }

  #readLength(byte: number): boolean {
    this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes);
    this.#lengthBytes += 1;
    if (byte >= 0x80) return this.#lengthBytes < maxLengthBytes;
    if (this.#length > this.#maxBytes) return false;
    this.#message = new Uint8Array(this.#length);
    this.#filled = 0;
    return true;
  }

  #fill(message: Uint8Array, rest: Uint8Array): number {
    const taken = rest.subarray(0, message.length - this.#filled);
    message.set(taken, this.#filled);
    this.#filled += taken.length;
    return taken.length;
  }

  #take(message: Uint8Array): Uint8Array {
    this.#message = undefined;
    this.#length = 0;
    this.#lengthBytes = 0;
    return message;
  }
}
