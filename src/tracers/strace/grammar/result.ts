import type { Page } from '../../../base/page.ts';
import { isDigit, skipBlanks } from './scan.ts';

const SPACE = 0x20;
const OPEN_ROUND = 0x28;
const MINUS = 0x2d;
const EQUALS = 0x3d;
const LESS = 0x3c;
const GREATER = 0x3e;
const ZERO = 0x30;
const QUESTION = 0x3f;
const LETTER_X = 0x78;
/** Longer numbers may be more than a double holds. */
const MAX_SIMPLE_DIGITS = 15;
const MAX_ADDRESS_DIGITS = 13;
/** The last word of a result, which no name of a file can be: a decoration is closed by `>` or `(deleted)`. */
const injectedNote = / \(INJECTED(?:: args(?:, retval)?)?\)(?: \(DELAYED\))?$/;
/** Longer than any such note. */
const MAX_NOTE = 64;

/** What stands after a call's arguments. One is reused for all calls. */
export class Result {
  /** undefined when strace does not know: `= ?`. */
  ok: boolean | undefined;
  value: number | undefined;
  errno: string | undefined;
  durationNs: number | undefined;
  injected = false;
  /** Where the decoration of a returned descriptor opens, or -1. */
  decoration = -1;
  /** Some call before, if not this one, returned a decorated descriptor: the tracer was asked to. */
  hasDecorated = false;
  /** Bounds of all of it, for what only some calls print: `(flags O_RDWR)`, the process id outside of a namespace. */
  start = 0;
  end = 0;

  /**
   * Reads ` = 3</etc/hosts> <0.000012>`, ` = -1 ENOENT (No such file or directory)`, ` = 0x7f00`, ` = 022`,
   * ` = 5 / * 1234 in strace's PID NS * /`, ` = 0 (INJECTED)`, ` = ? ERESTARTSYS (To be restarted)`, ` = ?`.
   */
  read(page: Page, from: number, end: number): void {
    this.clear();
    const { bytes, text } = page;
    let at = skipBlanks(bytes, from, end);
    if (bytes[at] !== EQUALS || at >= end) return;
    at = skipBlanks(bytes, at + 1, end);
    this.start = at;
    this.end = this.#readDuration(page, at, end);
    const afterValue = this.#readValue(page, at, this.end);
    if (bytes[afterValue] === LESS) {
      this.decoration = afterValue;
      this.hasDecorated = true;
    } else if (this.value === -1 || this.value === undefined) this.#readErrno(page, afterValue);
    this.injected =
      this.#hasNote(page) && injectedNote.test(text.slice(Math.max(at, this.end - MAX_NOTE), this.end));
  }

  /**
   * Known by other means. With `--seccomp-bpf` strace prints for an execve by a thread what the kernel holds at the start
   * of the new program's first call: `-1 ENOSYS`.
   */
  succeed(): void {
    this.ok = true;
    this.value = 0;
    this.errno = undefined;
  }

  /** Knows nothing: the call has not returned. */
  clear(): void {
    this.ok = undefined;
    this.value = undefined;
    this.errno = undefined;
    this.durationNs = undefined;
    this.injected = false;
    this.decoration = -1;
    this.start = 0;
    this.end = 0;
  }

  /** `<0.000012>` at the very end; `3</tmp/1>` is no time because no blank stands before it. */
  #readDuration({ bytes }: Page, from: number, end: number): number {
    if (bytes[end - 1] !== GREATER) return end;
    let at = end - 2;
    let scale = 1;
    let nanos = 0;
    let hasFraction = false;
    for (; at > from && bytes[at] !== LESS; at -= 1) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x2e && !hasFraction) {
        hasFraction = true;
        nanos = Math.round(nanos * (1_000_000_000 / scale));
        scale = 1_000_000_000;
      } else if (byte >= 0x30 && byte <= 0x39) {
        nanos += (byte - 0x30) * scale;
        scale *= 10;
      } else return end;
    }
    if (bytes[at] !== LESS || bytes[at - 1] !== SPACE) return end;
    const total = hasFraction ? nanos : nanos * 1_000_000_000;
    if (Number.isSafeInteger(total)) this.durationNs = total;
    return at - 1;
  }

  /** Reads the number; returns where it ends. */
  #readValue({ bytes, text }: Page, from: number, end: number): number {
    if (bytes[from] === QUESTION) return from + 1;
    const simple = this.#readSimple(bytes, from, end);
    if (simple > from) return simple;
    let at = bytes[from] === MINUS ? from + 1 : from;
    while (at < end && isWordByte(bytes[at] ?? 0)) at += 1;
    const value = toNumber(text.slice(from, at));
    if (!Number.isNaN(value)) {
      this.ok = true;
      if (Number.isSafeInteger(value)) this.value = value;
    }
    return at;
  }

  /** Nearly all are short, decimal or addresses: no text is made for them. Returns `from` for what is none. */
  #readSimple(bytes: Uint8Array, from: number, end: number): number {
    const first = bytes[from] === MINUS ? from + 1 : from;
    if (bytes[first] === ZERO && bytes[first + 1] === LETTER_X) return this.#readAddress(bytes, from, end);
    const limit = Math.min(end, first + MAX_SIMPLE_DIGITS);
    let at = first;
    let value = 0;
    for (; at < limit && isDigit(bytes[at]); at += 1) value = value * 10 + (bytes[at] ?? 0) - ZERO;
    const isOctal = bytes[first] === ZERO && at > first + 1;
    if (at === first || isOctal || (at < end && isWordByte(bytes[at] ?? 0))) return from;
    this.ok = true;
    this.value = first > from ? -value : value;
    return at;
  }

  /** `0x7f60923760ff`, in capitals for nobody. */
  #readAddress(bytes: Uint8Array, from: number, end: number): number {
    const first = from + 2;
    const limit = Math.min(end, first + MAX_ADDRESS_DIGITS);
    let at = first;
    let value = 0;
    for (; at < limit; at += 1) {
      const byte = bytes[at] ?? 0;
      if (isDigit(byte)) value = value * 16 + byte - ZERO;
      else if (byte >= 0x61 && byte <= 0x66) value = value * 16 + byte - 0x57;
      else break;
    }
    if (at === first || bytes[from] === MINUS || (at < end && isWordByte(bytes[at] ?? 0))) return from;
    this.ok = true;
    this.value = value;
    return at;
  }

  /** ` ENOENT (No such file or directory)`: a word in capitals after -1 or ?. A call can return -1 and mean it. */
  #readErrno({ bytes, text }: Page, from: number): void {
    if (bytes[from] !== SPACE || from + 1 >= this.end) return;
    let at = from + 1;
    while (at < this.end && isWordByte(bytes[at] ?? 0)) at += 1;
    const first = bytes[from + 1] ?? 0;
    if (at === from + 1 || first < 0x41 || first > 0x5a) return;
    this.ok = false;
    this.errno = text.slice(from + 1, at);
  }

  #hasNote({ bytes }: Page): boolean {
    return bytes[this.end - 1] === 0x29 && bytes[this.start] !== OPEN_ROUND;
  }
}

/** strace writes octal with a leading zero (`umask` returns `022`), hexadecimal with `0x`. NaN for anything else. */
export function toNumber(text: string): number {
  if (text === '' || text === '-') return Number.NaN;
  if (text.length > 1 && text.startsWith('0') && text[1] !== 'x') return Number.parseInt(text, 8);
  return Number(text);
}

function isWordByte(byte: number): boolean {
  return (
    byte === 0x5f ||
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a)
  );
}
