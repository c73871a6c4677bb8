import type { Page } from '../../../base/page.ts';

/** The longest decoration: a path of 4096 bytes, each written as four, and a device. Beyond it `<` is only that. */
export const MAX_DECORATION = 20_000;
/**
 * The longest decoration that is no path. A socket's is the longest there is: its name has 108 bytes (`sun_path`), each
 * written as four, with some forty of protocol and inodes; all signals of a signalfd are 350. memfds are paths.
 */
export const MAX_OTHER_DECORATION = 1024;
/** The longest comment; strace's own are a few words. */
export const MAX_COMMENT = 1024;

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN_ROUND = 0x28;
const CLOSE_ROUND = 0x29;
const STAR = 0x2a;
const COMMA = 0x2c;
const DASH = 0x2d;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;
const LETTER_D = 0x44;
const OPEN_SQUARE = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_SQUARE = 0x5d;
const OPEN_CURLY = 0x7b;
const CLOSE_CURLY = 0x7d;

/** Bytes that mean nothing to the scanner, the great majority, are passed over by one look-up. */
const plain = new Uint8Array(256).fill(1);
for (const byte of [QUOTE, OPEN_ROUND, CLOSE_ROUND, COMMA, SLASH, LESS]) plain[byte] = 0;
for (const byte of [OPEN_SQUARE, CLOSE_SQUARE, OPEN_CURLY, CLOSE_CURLY]) plain[byte] = 0;

/**
 * Returns where the value that starts at `from` ends: at a comma or a closing bracket of the list it stands in, at
 * the `<` of ` <unfinished ...>` or ` <detached ...>` (which cut a call anywhere), or at `end` when it is torn.
 *
 * Quotes, descriptors' decorations and comments are passed over whole: what looks like grammar in them is content.
 */
export function endOfItem(page: Page, from: number, end: number): number {
  const { bytes } = page;
  let depth = 0;
  let at = from;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (plain[byte] === 1) {
      at += 1;
      continue;
    }
    switch (byte) {
      case QUOTE:
        at = endOfString(page, at + 1, end);
        break;
      case OPEN_ROUND:
      case OPEN_SQUARE:
      case OPEN_CURLY:
        depth += 1;
        break;
      case COMMA:
        if (depth === 0) return at;
        break;
      case LESS:
        if (isCut(bytes, at)) return at;
        at = skipAngle(page, at, end);
        break;
      case SLASH:
        at = skipComment(bytes, at, end);
        break;
      default:
        if (depth === 0) return at;
        depth -= 1;
    }
    at += 1;
  }
  return end;
}

/** Returns where the quote that closes a string is, or `end` when none does. */
export function endOfString({ bytes, text }: Page, from: number, end: number): number {
  let quote = text.indexOf('"', from);
  while (quote >= 0 && quote < end && isEscaped(bytes, quote, from)) quote = text.indexOf('"', quote + 1);
  return quote < 0 || quote > end ? end : quote;
}

/** A quote is content when an odd number of backslashes stands before it. */
function isEscaped(bytes: Uint8Array, quote: number, from: number): boolean {
  let at = quote;
  while (at > from && bytes[at - 1] === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 1;
}

/**
 * Returns where the `>` of a decoration is, or -1: `</path>`, `</dev/null<char 1:3>>`, `<TCP:[a:1->b:2]>`,
 * `<UNIX-STREAM:[7->8,"/run/x"]>`. In a path, `<` and `>` are escaped, so only a device nests.
 */
export function endOfDecoration(page: Page, open: number, end: number): number {
  return page.bytes[open + 1] === SLASH
    ? endOfPath(page, open + 1, Math.min(end, open + MAX_DECORATION))
    : endOfOther(page, open + 1, Math.min(end, open + MAX_OTHER_DECORATION));
}

function endOfPath({ text }: Page, from: number, end: number): number {
  // Searched in a piece of it: in all of it, a page of `<` without a `>` would be searched once for each.
  const rest = text.slice(from, end);
  const close = rest.indexOf('>');
  const path = rest.slice(0, close);
  if (close < 0 || !(path.includes('<') || path.includes('\\'))) return close < 0 ? -1 : from + close;
  const nested = endOfNested(rest);
  return nested < 0 ? -1 : from + nested;
}

function endOfNested(path: string): number {
  let isInDevice = false;
  for (let at = 0; at < path.length; at += 1) {
    const code = path.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    // A device holds none: a page of `8</\>` is walked as far as the next but one, not as far as the limit.
    else if (code === LESS && isInDevice) return -1;
    else if (code === LESS) isInDevice = true;
    else if (code === GREATER && !isInDevice) return at;
    else if (code === GREATER) isInDevice = false;
  }
  return -1;
}

function endOfOther(page: Page, from: number, end: number): number {
  const { bytes } = page;
  let brackets = 0;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at += 1;
    else if (byte === OPEN_SQUARE) brackets += 1;
    else if (byte === CLOSE_SQUARE) brackets -= 1;
    else if (byte === QUOTE && brackets > 0) at = endOfString(page, at + 1, end);
    else if (byte === GREATER && (brackets <= 0 || !isArrow(bytes, at))) return at;
  }
  return -1;
}

/** Passes over blanks. */
export function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
  return at;
}

/** Whether a byte is a decimal digit. */
export function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** `read(0,  <unfinished ...>`: the marker stands after a blank or right after `(`, never in a decoration. */
function isCut(bytes: Uint8Array, at: number): boolean {
  const before = bytes[at - 1];
  if (before !== SPACE && before !== OPEN_ROUND) return false;
  return (
    startsWith(bytes, at, unfinished) || startsWith(bytes, at, renumbered) || startsWith(bytes, at, detached)
  );
}

/** `3</path>`, `AT_FDCWD</path>`, `7<comm>` are decorations; `1<<CAP_CHOWN` and anything else is not. */
function skipAngle(page: Page, at: number, end: number): number {
  const { bytes } = page;
  if (bytes[at + 1] === LESS) return at + 1;
  const before = bytes[at - 1];
  if (!isDigit(before) && before !== LETTER_D) return at;
  const close = endOfDecoration(page, at, end);
  return close < 0 ? at : close;
}

function skipComment(bytes: Uint8Array, open: number, end: number): number {
  if (bytes[open + 1] !== STAR) return open;
  const limit = Math.min(end, open + MAX_COMMENT);
  for (let at = open + 3; at < limit; at += 1) {
    if (bytes[at] === SLASH && bytes[at - 1] === STAR) return at;
  }
  return open;
}

/** `->` between two ends of a connection; a program's name may end in `-`, but no address follows that. */
function isArrow(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 1] === DASH && (isDigit(bytes[at + 1]) || bytes[at + 1] === OPEN_SQUARE);
}

/** Whether `word` stands at `at`. */
export function startsWith(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes[at + index] !== word[index]) return false;
  }
  return true;
}

const encoder = new TextEncoder();
/** The mark of a call that was interrupted by another process' line. */
export const unfinished = encoder.encode('<unfinished ...>');
/** The mark of an execve that goes on under the number of its process: `<pid changed to 12 ...>`. */
export const renumbered = encoder.encode('<pid changed to ');
const detached = encoder.encode('<detached ...>');
