import { detachText } from '../../../base/detach-text.ts';
import { resolvePath } from '../../../base/posix-path.ts';
import { type EventFlag, eventFlags } from '../../../model/event.ts';
import type { CallText } from '../grammar/call-text.ts';
import {
  CURRENT_FOLDER,
  findDecoration,
  readNumber,
  readTarget,
  type Socket,
  type Target,
} from '../grammar/descriptor.ts';
import type { Result } from '../grammar/result.ts';
import { endOfDecoration } from '../grammar/scan.ts';
import { hasCutString, type Quoted, readPlain, readQuoted, type Span, toText } from '../grammar/values.ts';
import type { Began } from '../state/open-calls.ts';
import type { Thread } from '../state/processes.ts';
import type { PathFrom } from '../syscalls/row.ts';

/** The longest text of arguments that is kept. */
export const MAX_ARGUMENT_TEXT = 4096;
/** The most words of a command line that are kept. */
export const MAX_WORDS = 1024;

const QUOTE = 0x22;
const OPEN_ROUND = 0x28;
const SLASH = 0x2f;
const GREATER = 0x3e;
const unreadRest = /\.\.\. \/\* 0x[0-9a-f]{1,16} \*\/\]$/;
/** Longer than any such end. */
const MAX_REST = 32;
const noFlags: readonly EventFlag[] = [];
/** Most calls have one flag at most, and in some traces all have the same: none of them needs a list of its own. */
const only: ReadonlyMap<EventFlag, readonly EventFlag[]> = new Map(eventFlags.map(flag => [flag, [flag]]));

/** How a name is joined to a folder: by text, or with each `..` left for one who follows links. */
export type Join = (folder: string, name: string) => string;

/** One call of one thread, its arguments read on demand. */
export class Call {
  readonly text: CallText;
  readonly result: Result;
  readonly thread: Thread;
  readonly began: Began;
  flags: readonly EventFlag[] = noFlags;
  readonly #join: Join;
  #returned: Target | undefined | 'unread' = 'unread';

  constructor(text: CallText, result: Result, thread: Thread, began: Began, join: Join) {
    this.#join = join;
    this.text = text;
    this.result = result;
    this.thread = thread;
    this.began = began;
  }

  flag(flag: EventFlag): void {
    if (!this.flags.includes(flag))
      this.flags = this.flags.length === 0 ? (only.get(flag) ?? [flag]) : [...this.flags, flag];
  }

  /** What was flagged turned out otherwise. */
  unflag(flag: EventFlag): void {
    if (this.flags.includes(flag)) this.flags = this.flags.filter(other => other !== flag);
  }

  /** Where an argument stands; undefined when there are not so many. */
  span(index: number): Span | undefined {
    const { count, starts, ends } = this.text;
    return index < count ? { start: starts[index] ?? 0, end: ends[index] ?? 0 } : undefined;
  }

  /** All arguments as text, or one of them. */
  kept(keep: 'all' | number): string | undefined {
    const text = keep === 'all' ? this.text.arguments() : this.text.argument(keep);
    if (text === '') return undefined;
    const { argumentsStart, argumentsEnd, page } = this.text;
    const span = keep === 'all' ? { start: argumentsStart, end: argumentsEnd } : this.span(keep);
    if (span !== undefined && text.includes('"...') && hasCutString(page, span)) this.flag('truncated');
    if (text.length <= MAX_ARGUMENT_TEXT) return text;
    this.flag('truncated');
    return text.slice(0, MAX_ARGUMENT_TEXT);
  }

  /** An argument that is a string. */
  string(index: number): string | undefined {
    const { page, count, starts, ends } = this.text;
    if (index >= count) return undefined;
    const [start = 0, end = 0] = [starts[index], ends[index]];
    const plain = readPlain(page, start, end);
    if (plain !== undefined) return plain;
    const quoted = readQuoted(page, start, end);
    if (quoted === undefined) this.flagUnread({ start, end });
    return quoted && this.quotedText(quoted);
  }

  /**
   * `0x7f08e2b51000` where there should be text, or `... / * 0x7f08e2b52000 * /]` at the end of a list: the kernel reads
   * a page that was mapped to be written only, and the tracer cannot. What the kernel could not read either is no more
   * than a mistake, and in a process that ended meanwhile there is nothing left to read. Says whether all of it is unread.
   */
  flagUnread(span: Span | undefined): boolean {
    const { ok, errno } = this.result;
    if (span === undefined || ok === undefined || errno === 'EFAULT') return false;
    const { text } = this.text.page;
    const isAll = text.startsWith('0x', span.start);
    const end = text.slice(Math.max(span.start, span.end - MAX_REST), span.end);
    if (isAll || unreadRest.test(end)) this.flag('unread-argument');
    return isAll;
  }

  quotedText(quoted: Quoted): string {
    if (quoted.truncated) this.flag('truncated');
    return toText(this.text.page, quoted.start, quoted.end);
  }

  /** An argument that is a descriptor's number. */
  descriptor(index: number): number | undefined {
    const { page, count, starts, ends } = this.text;
    return index < count ? readNumber(page, starts[index] ?? 0, ends[index] ?? 0) : undefined;
  }

  /** What an argument that is a descriptor stands for: as decorated, or else as remembered. */
  target(index: number): Target | undefined {
    const span = this.span(index);
    if (span === undefined) return undefined;
    const open = findDecoration(this.text.page, span);
    const decorated = open < 0 ? undefined : this.#decorated(open);
    if (decorated?.path !== undefined && decorated.literal === undefined) return decorated;
    const descriptor = readNumber(this.text.page, span.start, span.end);
    const remembered = descriptor === undefined ? undefined : this.remembered(descriptor);
    return decorated === undefined ? remembered : combine(decorated, remembered);
  }

  /** What the process' descriptor is, from what it did before. */
  remembered(descriptor: number): Target | undefined {
    return this.thread.process.descriptors.get(descriptor);
  }

  /** What the descriptor that the call returned stands for, as decorated. */
  returnedTarget(): Target | undefined {
    if (this.#returned === 'unread') {
      const { decoration } = this.result;
      this.#returned = decoration < 0 ? undefined : this.#decorated(decoration);
    }
    return this.#returned;
  }

  /**
   * The absolute name that an argument is, when exactly that is what was opened, as it nearly always is: two texts are the
   * same, nothing in them is escaped, and what the kernel calls it is in need of no resolving.
   */
  returnedAsNamed({ name: index, verbatim, how }: PathFrom): string | undefined {
    const { page, count, starts, ends } = this.text;
    const { bytes, text } = page;
    const { decoration } = this.result;
    if (decoration < 0 || index === undefined || index >= count) return undefined;
    if (verbatim !== undefined || how !== undefined || !page.isAscii) return undefined;
    const start = (starts[index] ?? 0) + 1;
    const end = (ends[index] ?? 0) - 1;
    const close = decoration + 1 + end - start;
    const isWhole = bytes[start - 1] === QUOTE && bytes[end] === QUOTE && bytes[start] === SLASH;
    if (!isWhole || bytes[close] !== GREATER || bytes[close + 1] === OPEN_ROUND) return undefined;
    const path = text.slice(start, end);
    // Compared as slices: `startsWith` goes character by character (Node 20). Before strace 6.1 ` (deleted)` is part of it.
    const isSame = text.slice(decoration + 1, close) === path;
    if (!isSame || path.includes('\\') || path.endsWith(')')) return undefined;
    this.#returned = { path };
    return path;
  }

  /**
   * Whether the descriptor that the call returned has exactly this path, which it nearly always has: to compare is
   * cheaper than to read.
   */
  hasReturned(path: string): boolean {
    const { decoration } = this.result;
    const { text, isAscii } = this.text.page;
    if (decoration < 0 || !isAscii || path.includes('\\') || path.endsWith(')')) return false;
    const end = decoration + 1 + path.length;
    const isSame = text.slice(decoration + 1, end) === path && text.charCodeAt(end) === GREATER;
    if (!isSame || text.charCodeAt(end + 1) === OPEN_ROUND) return false;
    this.#returned = { path };
    return true;
  }

  /** What is known of the socket behind an argument. */
  socket(index: number): Socket | undefined {
    return this.target(index)?.socket;
  }

  /** The absolute path that an argument names, with each `..` that may stand behind a link. */
  path(from: PathFrom): string | undefined {
    if (from.descriptor !== undefined) return this.pathOf(from.descriptor);
    if (from.name === undefined) return undefined;
    const name = this.#nameIn(from.name, from.folder);
    if (name === undefined) return undefined;
    if (from.verbatim !== undefined) return from.verbatim + name;
    if (name === '') return from.folder === undefined ? undefined : this.pathOf(from.folder);
    return this.#isInRoot(from) ? this.#placeInRoot(name, from.folder) : this.place(name, from.folder);
  }

  /** The same of a name that is found elsewhere than in an argument of its own. */
  place(name: string, from?: number): string {
    const folder = name.startsWith('/') ? '/' : this.#folder(from);
    return folder === undefined ? this.#unresolved(name) : this.#join(folder, name);
  }

  /** `utimensat(3</x>, NULL, ...)`: beside a descriptor no name is as good as an empty one. */
  #nameIn(name: number, folder: number | undefined): string | undefined {
    const text = this.string(name);
    if (text !== undefined || folder === undefined) return text;
    return this.text.argument(name) === 'NULL' ? '' : undefined;
  }

  /** The path of the descriptor that an argument is. */
  pathOf(index: number): string | undefined {
    if (this.descriptor(index) === CURRENT_FOLDER) return this.#folder(index);
    const target = this.target(index);
    if (target?.deleted === true) this.flag('deleted');
    return target?.path;
  }

  /** `openat2(3</jail>, "/etc/x", {flags=O_RDONLY, resolve=RESOLVE_IN_ROOT}, 24)`: nothing of the name leads out of there. */
  #isInRoot({ how }: PathFrom): boolean {
    return how !== undefined && this.text.argument(how).includes('RESOLVE_IN_ROOT');
  }

  #placeInRoot(name: string, from: number | undefined): string {
    const root = this.#folder(from);
    return root === undefined ? this.#unresolved(name) : this.#join(root, `.${resolvePath('/', name)}`);
  }

  /** What a relative name is relative to. A decorated AT_FDCWD is the truth about the current directory. */
  #folder(index: number | undefined): string | undefined {
    if (index !== undefined && this.descriptor(index) !== CURRENT_FOLDER) return this.target(index)?.path;
    const span = index === undefined ? undefined : this.span(index);
    if (span !== undefined) this.#learnFolder(span);
    const { folder } = this.thread;
    if (folder.isGuess) this.flag('guessed-path');
    return folder.path;
  }

  /** Nearly always it is where it was: compare before reading. */
  #learnFolder(span: Span): void {
    const { folder } = this.thread;
    const open = findDecoration(this.text.page, span);
    if (open < 0) return;
    const known = folder.path;
    const isSame =
      known !== undefined &&
      span.end === open + known.length + 2 &&
      this.text.page.text.slice(open + 1, span.end - 1) === known;
    const told = isSame ? undefined : this.#decorated(open)?.path;
    if (told !== undefined) folder.path = detachText(told);
    folder.isGuess = false;
  }

  /** Relative to nobody knows what: kept as it is, and marked. */
  #unresolved(name: string): string {
    this.flag('guessed-path');
    return name;
  }

  #decorated(open: number): Target | undefined {
    const limit = open >= this.result.start && this.result.end > 0 ? this.result.end : this.text.argumentsEnd;
    const close = endOfDecoration(this.text.page, open, limit);
    return close < 0 ? undefined : readTarget(this.text.page, open, close);
  }
}

/**
 * A decoration lacks what was said before: a datagram socket's peer, with `-y` even the protocol; and that a file is
 * really named `x (deleted)`.
 */
function combine(decorated: Target, remembered: Target | undefined): Target {
  if (decorated.literal !== undefined) return decorated.literal === remembered?.path ? remembered : decorated;
  if (decorated.socket === undefined || remembered?.socket === undefined) return decorated;
  return { socket: { ...remembered.socket, ...decorated.socket } };
}
