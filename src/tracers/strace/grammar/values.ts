import { unescapeC } from '../../../base/c-escapes.ts';
import type { Page } from '../../../base/page.ts';
import { endOfItem, endOfString, skipBlanks } from './scan.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const DOT = 0x2e;
const AT_SIGN = 0x40;
const OPEN_SQUARE = 0x5b;
const OPEN_CURLY = 0x7b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** A piece of a page. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A quoted string's content: still escaped. */
export interface Quoted extends Span {
  /** The tracer showed only the beginning: `"abc"...`. */
  readonly truncated: boolean;
}

const utf8 = new TextDecoder();

/** The string literal that starts at `start`, an abstract socket's `@` aside. */
export function readQuoted(page: Page, start: number, end: number): Quoted | undefined {
  const { bytes } = page;
  const open = bytes[start] === AT_SIGN ? start + 1 : start;
  if (bytes[open] !== QUOTE || open >= end) return undefined;
  const close = endOfString(page, open + 1, end);
  const truncated = close + 1 >= end ? close >= end : bytes[close + 1] === DOT && bytes[close + 2] === DOT;
  return { start: open + 1, end: close, truncated };
}

/** The text of a string literal that stands for itself, which nearly all do: no search for its end. Else undefined. */
export function readPlain({ bytes, text, isAscii }: Page, start: number, end: number): string | undefined {
  if (!isAscii || bytes[start] !== QUOTE || bytes[end - 1] !== QUOTE || end < start + 2) return undefined;
  const content = text.slice(start + 1, end - 1);
  return content.includes('"') || content.includes('\\') ? undefined : content;
}

/** Escaped text as people read it: UTF-8, and U+FFFD for what is not. */
export function toText(page: Page, start: number, end: number): string {
  const text = page.text.slice(start, end);
  const isPlain = !text.includes('\\') && (page.isAscii || !/[^\0-\x7f]/.test(text));
  return isPlain ? text : utf8.decode(unescapeC(page.bytes, start, end));
}

/** Whether a string in it is shown in part: `"abc"...`. A quote in a path of a descriptor is escaped, and begins none. */
export function hasCutString(page: Page, { start, end }: Span): boolean {
  const { bytes, text } = page;
  let open = text.indexOf('"', start);
  while (open >= 0 && open < end) {
    const isContent = bytes[open - 1] === BACKSLASH;
    const close = isContent ? open : endOfString(page, open + 1, end);
    if (!isContent && text.startsWith('...', close + 1)) return true;
    open = text.indexOf('"', close + 1);
  }
  return false;
}

/** Visits the items of `[a, b]` or `{a=1, b=2}`; stops when `visit` says so by returning true. */
export function eachItem(page: Page, { start, end }: Span, visit: (item: Span) => boolean): void {
  const { bytes } = page;
  if (bytes[start] !== OPEN_SQUARE && bytes[start] !== OPEN_CURLY) return;
  let at = start + 1;
  while (at < end) {
    const first = skipBlanks(bytes, at, end);
    const stop = endOfItem(page, first, end);
    if (stop > first && visit({ start: first, end: stop })) return;
    if (bytes[stop] !== COMMA) return;
    at = stop + 1;
  }
}

/** The value of `name` in `{..., name=value, ...}`. */
export function readField(page: Page, struct: Span, name: string): Span | undefined {
  let found: Span | undefined;
  eachItem(page, struct, item => {
    const value = item.start + name.length + 1;
    if (page.bytes[value - 1] !== EQUALS || !page.text.startsWith(name, item.start)) return false;
    found = { start: value, end: item.end };
    return true;
  });
  return found;
}
