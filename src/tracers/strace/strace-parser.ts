import { type Line, LineSplitter } from '../../base/line-splitter.ts';
import type { Event } from '../../model/event.ts';
import type {
  Diagnostic,
  Numbering,
  ParserCap,
  ParserOptions,
  TraceItem,
  TraceParser,
} from '../../model/trace.ts';
import { CallTracker } from './call-tracker.ts';
import { exitEvent, noteEvent, signalEvent } from './events/line-events.ts';
import { Leader } from './grammar/leader.ts';
import {
  findAttachNote,
  isContinuation,
  isNote,
  type Mark,
  readMark,
  SummaryTable,
} from './grammar/notes.ts';
import { startsWith } from './grammar/scan.ts';
import { Clock } from './state/clock.ts';
import type { Began, OpenCall } from './state/open-calls.ts';
import { Processes, type Thread } from './state/processes.ts';

/** The longest text of a diagnostic; all of it is in the raw evidence. */
export const MAX_DIAGNOSTIC_TEXT = 1024;

const PLUS = 0x2b;
const MINUS = 0x2d;
const LESS = 0x3c;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const resumedStart = encoder.encode('<... ');
const RESUMED_END = ' resumed>';
/** No call's name is longer. */
const MAX_NAME = 64;

/**
 * Turns lines into items, in the order in which strace printed them. Each line is an event, a diagnostic, part of
 * a call that was begun on another line, or a continuation (`isContinuation`) of the line above.
 */
export class StraceParser implements TraceParser {
  readonly #lines = new LineSplitter();
  readonly #leader = new Leader();
  readonly #summary = new SummaryTable();
  readonly #capsReached = new Set<string>();
  readonly #numbering: Numbering;
  readonly #clock: Clock;
  readonly #processes: Processes;
  readonly #calls: CallTracker;
  #items: TraceItem[] = [];
  #line: Line | undefined;
  #hasCall = false;
  /** A call whose line ended inside its arguments: other writers' output cuts lines on a terminal. */
  #torn: OpenCall | undefined;

  constructor(options: ParserOptions) {
    const onCap = (cap: ParserCap) => this.#capReached(cap);
    this.#numbering = options.numbering;
    this.#clock = new Clock(options.epochSeconds);
    this.#processes = new Processes(options.numbering, options.cwd, onCap);
    const { follow } = options;
    const emit = (event: Event) => this.#items.push(event);
    this.#calls = new CallTracker({
      numbering: options.numbering,
      processes: this.#processes,
      emit,
      onCap,
      ...(follow === undefined ? {} : { follow: path => follow(path, this.#takeItems()) }),
    });
  }

  push(chunk: Uint8Array): TraceItem[] {
    this.#lines.push(chunk, this.#visit);
    return this.#takeItems();
  }

  end(): TraceItem[] {
    this.#lines.end(this.#visit);
    this.#giveUpTorn();
    this.#calls.end();
    return this.#takeItems();
  }

  #takeItems(): TraceItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  readonly #visit = (line: Line): void => {
    this.#line = line;
    if (line.ending === 'too-long') this.#diagnose('line-too-long', line);
    if (this.#hasCall && isContinuation(line.page, line.start)) return;
    if (this.#readSummary(line) || this.#readBody(line) || this.#continueTorn(line)) return;
    if (line.ending !== 'too-long') this.#diagnose('unreadable-line', line);
  };

  #readSummary(line: Line): boolean {
    const part = this.#summary.read(line.page, line.start, line.end);
    if (part === 'header') this.#note(line, line.start, this.#processes.of(-1));
    return part !== 'other';
  }

  #readBody(line: Line): boolean {
    const { page, end } = line;
    this.#leader.read(page, line.start, end);
    const at = this.#leader.body;
    switch (page.bytes[at]) {
      case PLUS:
      case MINUS:
        return this.#readMark(line, at);
      case LESS:
        return this.#readResumed(line, at);
      default:
        return this.#readCall(line, at) || this.#readNote(line, at);
    }
  }

  #readCall(line: Line, at: number): boolean {
    const { page, end } = line;
    const calls = this.#calls;
    const found = calls.read(page, at, end);
    if (found === 'none' || (found === 'no-result' && line.ending === 'newline')) return false;
    this.#giveUpTorn();
    const thread = this.#processes.ofCaller(this.#leader.tid);
    const began = this.#begin(line, thread);
    this.#hasCall = true;
    const isTorn = calls.text.shape === 'torn' || found === 'no-result';
    if (calls.text.shape === 'unfinished') calls.hold(thread, began, at);
    else if (isTorn && line.ending === 'newline') this.#holdTorn(line, at, thread, began);
    else calls.finish(thread, began, isTorn ? ['torn'] : []);
    return true;
  }

  #readResumed(line: Line, at: number): boolean {
    const { page, end } = line;
    if (!startsWith(page.bytes, at, resumedStart)) return false;
    const name = at + resumedStart.length;
    const found = page.text
      .slice(name, Math.min(end, name + MAX_NAME + RESUMED_END.length))
      .indexOf(RESUMED_END);
    if (found < 0) return false;
    this.#giveUpTorn();
    const thread = this.#thread();
    this.#clock.read(this.#leader);
    const outcome = this.#calls.resume(thread.tid, page, name + found + RESUMED_END.length, end);
    if (outcome !== 'resumed')
      this.#diagnose(outcome === 'unmatched' ? 'unmatched-resume' : 'unreadable-line', line);
    return true;
  }

  #readMark(line: Line, at: number): boolean {
    const mark = readMark(line.page, at, line.end);
    if (mark === undefined) return false;
    this.#giveUpTorn();
    const thread = this.#thread();
    switch (mark.kind) {
      case 'signal':
        this.#items.push(signalEvent(thread, this.#begin(line, thread), mark.signal, mark.about));
        break;
      case 'superseded':
        this.#note(line, at, thread);
        this.#calls.handOver(mark.by, thread);
        this.#processes.superseded(thread, mark.by);
        break;
      default:
        this.#exit(line, at, thread, mark);
    }
    return true;
  }

  #exit(line: Line, at: number, thread: Thread, mark: Mark & { kind: 'exited' | 'killed' }): void {
    this.#calls.abandon(thread.tid, 'never-returned');
    if (!this.#processes.exited(thread)) {
      this.#note(line, at, thread);
      return;
    }
    const how = mark.kind === 'exited' ? { code: mark.code } : { signal: mark.signal };
    this.#items.push(exitEvent(thread, this.#begin(line, thread), how));
  }

  #readNote(line: Line, at: number): boolean {
    if (!isNote(line.page, at)) return false;
    this.#note(line, at, this.#thread());
    return true;
  }

  #note(line: Line, at: number, thread: Thread): void {
    const text = decode(line, at);
    this.#items.push(noteEvent(thread, this.#begin(line, thread), text));
  }

  /** On a terminal a line may be cut by another's output; strace's own remark there is taken out of it. */
  #holdTorn(line: Line, at: number, thread: Thread, began: Began): void {
    const { page, end } = line;
    const note = findAttachNote(page, at, end);
    this.#torn = { thread, began, text: page.bytes.slice(at, note < 0 ? end : note) };
    if (note >= 0) this.#note(line, note, thread);
  }

  /** A line that is nothing by itself may be what was cut off. */
  #continueTorn(line: Line): boolean {
    const torn = this.#torn;
    if (torn === undefined || !this.#calls.join(torn, line.page, line.start, line.end, ['torn']))
      return false;
    this.#torn = undefined;
    return true;
  }

  #giveUpTorn(): void {
    const torn = this.#torn;
    if (torn === undefined) return;
    this.#torn = undefined;
    this.#calls.giveUp(torn);
  }

  #thread(): Thread {
    return this.#processes.of(this.#leader.tid);
  }

  #begin(line: Line, thread: Thread): Began {
    this.#clock.read(this.#leader);
    return {
      seq: this.#numbering.nextSeq(),
      atNs: this.#clock.now,
      isApproximate: this.#clock.isApproximate,
      tid: thread.tid,
      offset: line.offset,
      length: line.length,
    };
  }

  #diagnose(reason: string, line: Line): void {
    const item: Diagnostic = {
      kind: 'diagnostic',
      reason,
      text: decode(line, line.start),
      source_offset: line.offset,
      source_length: line.length,
    };
    this.#items.push(item);
  }

  /** Each cap is told once: what it costs may happen at every line from there on. */
  #capReached(cap: ParserCap): void {
    if (this.#capsReached.has(cap) || this.#line === undefined) return;
    this.#capsReached.add(cap);
    this.#diagnose(cap, this.#line);
  }
}

function decode({ page, end }: Line, at: number): string {
  return decoder.decode(page.bytes.subarray(at, Math.min(end, at + MAX_DIAGNOSTIC_TEXT)));
}
