import type { Page } from '../../../base/page.ts';
import { isDigit, skipBlanks } from './scan.ts';

const SPACE = 0x20;
const OPEN_ROUND = 0x28;
const PLUS = 0x2b;
const DOT = 0x2e;
const COLON = 0x3a;
const LESS = 0x3c;
const OPEN_SQUARE = 0x5b;
/** Seconds since 1970 have had nine digits since 1973; Linux' largest process id has seven. */
const MIN_UNIX_SECONDS = 100_000_000;
/** The longest bracket of a leader that is looked for: a security context is at most a page of text, in practice a word. */
const MAX_ASIDE = 512;

/** What stands before a line's body. One is reused for all lines of a parser. */
export class Leader {
  /** -1 when the line names no thread: one process only, or the first on a terminal. */
  tid = -1;
  /** `clock` is a time of day, `relative` the time since the line before. */
  time: 'none' | 'unix' | 'clock' | 'relative' = 'none';
  seconds = 0;
  nanos = 0;
  /** Where the body starts. */
  body = 0;

  /**
   * Reads `[pid  7] `, `7     `, `7<python3> `, then in this order, each of them optional, `[security:context] `,
   * `12:34:56.789 ` or `1700000000.123456 `, `     0.000123 ` or `(+     0.000123) `, `[ 257] `, `[00007f..] `.
   */
  read(page: Page, start: number, end: number): void {
    this.tid = -1;
    this.time = 'none';
    this.seconds = 0;
    this.nanos = 0;
    const { bytes, text } = page;
    let at = this.#readPid(page, start, end);
    for (;;) {
      at = skipBlanks(bytes, at, end);
      const byte = bytes[at];
      let next = at;
      if (isDigit(byte)) next = this.#readTime(bytes, at, end);
      else if (byte === OPEN_ROUND && bytes[at + 1] === PLUS) next = skipPast(text, ') ', at, end);
      else if (byte === OPEN_SQUARE) next = skipAside(text, at, end);
      if (next === at) break;
      at = next;
    }
    this.body = at;
  }

  #readPid({ bytes, text }: Page, start: number, end: number): number {
    if (bytes[start] === OPEN_SQUARE) {
      if (!text.startsWith('[pid ', start)) return start;
      const digits = skipBlanks(bytes, start + 5, end);
      const after = this.#readTid(bytes, digits, end);
      return after === digits ? start : skipPast(text, '] ', after, end);
    }
    const after = this.#readTid(bytes, start, end);
    if (after === start) return start;
    const next = bytes[after];
    if (next === SPACE && this.tid < MIN_UNIX_SECONDS) return after;
    const past = next === LESS ? skipPast(text, '> ', after, end) : after;
    if (past > after) return past;
    this.tid = -1;
    return start;
  }

  #readTid(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    let value = 0;
    for (; at < end && at < from + 10 && isDigit(bytes[at]); at += 1) value = value * 10 + digit(bytes, at);
    if (at > from) this.tid = value;
    return at;
  }

  /** Returns `from` when what stands here is no time. A second, relative time beside an absolute one is left out. */
  #readTime(bytes: Uint8Array, from: number, end: number): number {
    let seconds = 0;
    let colons = 0;
    let part = 0;
    let at = from;
    for (; at < end && (isDigit(bytes[at]) || bytes[at] === COLON); at += 1) {
      if (bytes[at] === COLON) {
        seconds = (seconds + part) * 60;
        part = 0;
        colons += 1;
      } else part = part * 10 + digit(bytes, at);
    }
    seconds += part;
    let nanos = 0;
    if (bytes[at] === DOT) {
      const fraction = at + 1;
      for (at = fraction; at < end && at < fraction + 9 && isDigit(bytes[at]); at += 1) {
        nanos = nanos * 10 + digit(bytes, at);
      }
      nanos *= 10 ** (fraction + 9 - at);
    }
    if (bytes[at] !== SPACE || !Number.isSafeInteger(seconds)) return from;
    const time = timeKind(colons, seconds);
    if (time === 'none') return from;
    if (this.time === 'none') {
      this.time = time;
      this.seconds = seconds;
      this.nanos = nanos;
    }
    return at + 1;
  }
}

function timeKind(colons: number, seconds: number): Leader['time'] {
  if (colons > 0) return colons === 2 ? 'clock' : 'none';
  return seconds >= MIN_UNIX_SECONDS ? 'unix' : 'relative';
}

/** A call's number, an instruction pointer or a security context: brackets around one word. */
function skipAside(text: string, open: number, end: number): number {
  const past = skipPast(text, '] ', open, end);
  return text
    .slice(open + 1, past)
    .trim()
    .includes(' ')
    ? open
    : past;
}

/** Returns where `word` ends, or `from` when it is not near. */
function skipPast(text: string, word: string, from: number, end: number): number {
  const found = text.slice(from, Math.min(end, from + MAX_ASIDE)).indexOf(word);
  return found < 0 ? from : from + found + word.length;
}

function digit(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0x30) - 0x30;
}
