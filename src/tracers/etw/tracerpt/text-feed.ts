/** A piece of printed text: where it stands in the file, in bytes. */
export interface Piece {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * The text of a printed trace in the making. One character is one unit of its encoding, so that places in the text are
 * places in the file: UTF-16, or the bytes of UTF-8, which `toText` makes words of.
 */
export class TextFeed {
  readonly #limit: number;
  #held: Uint8Array = new Uint8Array();
  #text = '';
  #offset = 0;
  #unit: 0 | 1 | 2 = 0;

  /** `limit`: characters that are held while the end of a piece is looked for. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Where what is held begins, in bytes. */
  get offset(): number {
    return this.#offset;
  }

  get text(): string {
    return this.#text;
  }

  /** More is held than any piece may have: the end of this one was not found. */
  get isOver(): boolean {
    return this.#text.length > this.#limit;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#held.length === 0 ? chunk : join(this.#held, chunk);
    if (this.#unit === 0) {
      if (bytes.length < 4) {
        this.#held = bytes.slice();
        return;
      }
      this.#unit = unitOf(bytes);
    }
    const whole = bytes.length - (bytes.length % this.#unit);
    this.#held = bytes.slice(whole);
    const decoder = this.#unit === 1 ? latin1 : utf16;
    this.#text += decoder.decode(bytes.subarray(0, whole));
  }

  /** Call once, when nothing more comes: a file may be shorter than its mark. */
  end(): void {
    this.#text += latin1.decode(this.#held);
    this.#unit ||= 1;
    this.#held = new Uint8Array();
  }

  /** Takes the first characters away. */
  take(characters: number): Piece {
    const unit = this.#unit || 1;
    const taken = this.#text.slice(0, characters);
    const piece = { text: taken, offset: this.#offset, length: taken.length * unit };
    this.#text = this.#text.slice(characters);
    this.#offset += piece.length;
    return piece;
  }

  /** What a part of the text says. */
  toText(part: string): string {
    if (this.#unit === 2 || !/[\x80-\xff]/.test(part)) return part;
    return utf8.decode(Uint8Array.from(part, character => character.charCodeAt(0)));
  }
}

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();
/** A mark is a character like any other here: places must not shift. */
const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/** UTF-16 has a mark, or, as all that is printed begins with ASCII, a zero as its second byte. */
function unitOf(bytes: Uint8Array): 1 | 2 {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || bytes[1] === 0 ? 2 : 1;
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
