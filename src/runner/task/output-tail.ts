/** Keeps the last bytes of a stream that may be endless, for the report. */
export class OutputTail {
  static readonly bytes = 4096;
  #kept = new Uint8Array(0);

  push(chunk: Uint8Array): void {
    if (chunk.length >= OutputTail.bytes) {
      this.#kept = chunk.slice(-OutputTail.bytes);
      return;
    }
    const old = this.#kept.subarray(Math.max(0, this.#kept.length + chunk.length - OutputTail.bytes));
    const joined = new Uint8Array(old.length + chunk.length);
    joined.set(old);
    joined.set(chunk, old.length);
    this.#kept = joined;
  }

  /** Lossily decoded; a character that was cut at the front is left out. */
  toString(): string {
    let start = 0;
    while (start < 3 && isContinuation(this.#kept[start])) start += 1;
    return new TextDecoder().decode(this.#kept.subarray(start));
  }
}

/** The bytes 10xxxxxx never begin a character of UTF-8. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
