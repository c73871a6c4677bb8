import { type Page, toPage } from './page.ts';

/** The longest line that is kept whole. What follows in a longer one is counted, not kept. */
export const MAX_LINE_BYTES = 1 << 20;

/** One line without its newline: `start` to `end` of `page`, which is only valid until the visit returns. */
export interface Line {
  readonly page: Page;
  readonly start: number;
  readonly end: number;
  /** Where it starts in the stream, and how many bytes of the stream it is, newline included. */
  readonly offset: number;
  readonly length: number;
  /** `cut`: the stream ended inside it. `too-long`: only its first MAX_LINE_BYTES are here. */
  readonly ending: 'newline' | 'cut' | 'too-long';
}

const NEWLINE = 10;
const RETURN = 13;

/** Finds lines in chunks that may be split anywhere; holds one line at most. */
export class LineSplitter {
  readonly #limit: number;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #lineBytes = 0;
  #lineOffset = 0;

  constructor(limit: number = MAX_LINE_BYTES) {
    this.#limit = limit;
  }

  /** Visits each line that this chunk ends. */
  push(chunk: Uint8Array, visit: (line: Line) => void): void {
    let from = 0;
    let newline = chunk.indexOf(NEWLINE);
    if (newline >= 0 && this.#lineBytes > 0) {
      this.#hold(chunk.subarray(0, newline));
      this.#lineBytes += 1;
      visit(this.#heldLine('newline'));
      from = newline + 1;
      newline = chunk.indexOf(NEWLINE, from);
    }
    if (newline >= 0) from = this.#visitWhole(chunk, from, visit);
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  /** Visits what stands after the last newline, if anything does. */
  end(visit: (line: Line) => void): void {
    if (this.#lineBytes > 0) visit(this.#heldLine('cut'));
  }

  /** Lines that lie in one chunk are visited where they are. Returns where the unfinished rest starts. */
  #visitWhole(chunk: Uint8Array, first: number, visit: (line: Line) => void): number {
    const page = toPage(chunk);
    const { text } = page;
    let start = first;
    // The text's own search is several times as fast as that of the bytes (Node 20).
    for (let newline = text.indexOf('\n', start); newline >= 0; newline = text.indexOf('\n', start)) {
      const length = newline + 1 - start;
      const whole = newline - start <= this.#limit;
      const end = whole ? withoutReturn(chunk, start, newline) : start + this.#limit;
      const offset = this.#lineOffset;
      this.#lineOffset += length;
      visit({ page, start, end, offset, length, ending: whole ? 'newline' : 'too-long' });
      start = newline + 1;
    }
    return start;
  }

  #hold(part: Uint8Array): void {
    this.#lineBytes += part.length;
    const room = this.#limit - this.#heldBytes;
    if (room <= 0 || part.length === 0) return;
    const kept = part.slice(0, room);
    this.#held.push(kept);
    this.#heldBytes += kept.length;
  }

  #heldLine(ending: 'newline' | 'cut'): Line {
    const bytes = new Uint8Array(this.#heldBytes);
    let at = 0;
    for (const part of this.#held) {
      bytes.set(part, at);
      at += part.length;
    }
    const length = this.#lineBytes;
    const offset = this.#lineOffset;
    const whole = length - (ending === 'newline' ? 1 : 0) === bytes.length;
    const end = whole && ending === 'newline' ? withoutReturn(bytes, 0, bytes.length) : bytes.length;
    this.#held = [];
    this.#heldBytes = 0;
    this.#lineBytes = 0;
    this.#lineOffset += length;
    return { page: toPage(bytes), start: 0, end, offset, length, ending: whole ? ending : 'too-long' };
  }
}

/** Logs that went through Windows or a terminal end their lines in CR LF. */
function withoutReturn(bytes: Uint8Array, start: number, end: number): number {
  return end > start && bytes[end - 1] === RETURN ? end - 1 : end;
}
