import { detachText } from '../../../base/detach-text.ts';
import type { Page } from '../../../base/page.ts';
import { endOfItem, renumbered, skipBlanks, unfinished } from './scan.ts';

/** The kernel gives a call six arguments; strace shows some as more, and none as this many. */
export const MAX_ARGUMENTS = 16;

/** Names remembered: more than Linux has calls. */
const MAX_NAMES = 1024;

const SPACE = 0x20;
const OPEN_ROUND = 0x28;
const CLOSE_ROUND = 0x29;
const COMMA = 0x2c;
const LESS = 0x3c;
const EQUALS = 0x3d;
const noPage: Page = { bytes: new Uint8Array(0), text: '', isAscii: true };

/**
 * Where the parts of one call stand in its line: name, arguments, and what follows them. One is reused for all calls.
 *
 * `openat(AT_FDCWD</srv>, "setup.py", O_RDONLY) = 3</srv/setup.py> <0.000012>`
 */
export class CallText {
  readonly #names = new Map<number, string>();
  page: Page = noPage;
  name = '';
  /** Arguments beyond MAX_ARGUMENTS are counted as part of the last. */
  count = 0;
  readonly starts = new Int32Array(MAX_ARGUMENTS);
  readonly ends = new Int32Array(MAX_ARGUMENTS);
  /**
   * `complete`: closed by `)`. `unfinished`: to be resumed on a later line. `ended`: the process ended inside the
   * call. `torn`: the line ends inside the arguments.
   */
  shape: 'complete' | 'unfinished' | 'ended' | 'torn' = 'torn';
  argumentsStart = 0;
  argumentsEnd = 0;
  /** Where the text after the arguments starts. */
  after = 0;

  /** Reads the call whose name starts at `start`; false when nothing like a call stands there. */
  read(page: Page, start: number, end: number): boolean {
    const { bytes } = page;
    let hash = 0;
    let at = start;
    for (; at < end && nameBytes[bytes[at] ?? 0] === 1; at += 1)
      hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    if (at === start || bytes[at] !== OPEN_ROUND) return false;
    this.page = page;
    this.name = this.#nameOf(page.text, start, at, hash);
    this.argumentsStart = at + 1;
    this.#readArguments(page, at + 1, end);
    return true;
  }

  /** The text of one argument, as it stands. */
  argument(index: number): string {
    return index < this.count ? this.page.text.slice(this.starts[index], this.ends[index]) : '';
  }

  /** All arguments, as they stand. */
  arguments(): string {
    return this.page.text.slice(this.argumentsStart, this.argumentsEnd);
  }

  /** The same few names come back all the time: one string for each, already hashed. */
  #nameOf(text: string, start: number, end: number, hash: number): string {
    const known = this.#names.get(hash);
    if (known !== undefined && known.length === end - start && text.startsWith(known, start)) return known;
    const name = detachText(text.slice(start, end));
    if (this.#names.size < MAX_NAMES) this.#names.set(hash, name);
    return name;
  }

  #readArguments(page: Page, from: number, end: number): void {
    const { bytes } = page;
    this.count = 0;
    let at = from;
    for (;;) {
      const first = skipName(bytes, skipBlanks(bytes, at, end), end);
      const stop = endOfItem(page, first, end);
      const isLast = bytes[stop] !== COMMA || stop >= end;
      if (!isLast || stop > first) this.#add(bytes, first, stop);
      if (isLast) {
        this.#close(bytes, stop, end);
        return;
      }
      at = stop + 1;
    }
  }

  #add(bytes: Uint8Array, first: number, stop: number): void {
    let last = stop;
    while (last > first && bytes[last - 1] === SPACE) last -= 1;
    if (this.count < MAX_ARGUMENTS) {
      this.starts[this.count] = first;
      this.count += 1;
    }
    this.ends[this.count - 1] = last;
  }

  #close(bytes: Uint8Array, stop: number, end: number): void {
    this.argumentsEnd = stop;
    this.after = Math.min(stop + 1, end);
    if (stop >= end) this.shape = 'torn';
    else if (bytes[stop] === CLOSE_ROUND) this.shape = 'complete';
    else if (bytes[stop] === LESS) this.#cut(bytes, stop, end);
    else this.shape = 'torn';
  }

  /** `exit_group(0 <unfinished ...>) = ?` never returned; ` <unfinished ...>` at the end of a line may still. */
  #cut(bytes: Uint8Array, marker: number, end: number): void {
    const isLast = marker + unfinished.length >= end && bytes[marker + 1] === unfinished[1];
    const resumes = isLast || bytes[marker + 1] === renumbered[1];
    this.shape = resumes ? 'unfinished' : 'ended';
    this.argumentsEnd = bytes[marker - 1] === SPACE ? marker - 1 : marker;
    const lastIsBlank = this.count > 0 && this.starts[this.count - 1] === this.ends[this.count - 1];
    if (lastIsBlank) this.count -= 1;
  }
}

/** `dfd=AT_FDCWD`: strace after 6.17 names arguments when asked to (`-N`); some of `clone` always had names. */
function skipName(bytes: Uint8Array, from: number, end: number): number {
  if (!isLower(bytes[from])) return from;
  let at = from + 1;
  while (at < end && nameBytes[bytes[at] ?? 0] === 1) at += 1;
  return bytes[at] === EQUALS ? at + 1 : from;
}

function isLower(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x61 && byte <= 0x7a;
}

/** Letters, digits, `_`, and the `?` of `????(` for a call that strace could not learn. */
const nameBytes = new Uint8Array(256);
for (const character of '_?0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') {
  nameBytes[character.charCodeAt(0)] = 1;
}
