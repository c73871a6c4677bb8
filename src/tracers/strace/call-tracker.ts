import { MAX_LINE_BYTES } from '../../base/line-splitter.ts';
import { type Page, toPage } from '../../base/page.ts';
import { joinPath, resolvePath } from '../../base/posix-path.ts';
import type { Event, EventFlag } from '../../model/event.ts';
import type { Numbering, ParserCap } from '../../model/trace.ts';
import { applyEffect, childOf, inheritanceOf } from './effects.ts';
import { Call, type Join } from './events/call.ts';
import { describe } from './events/describe.ts';
import { furtherEvents } from './events/further-events.ts';
import { CallText } from './grammar/call-text.ts';
import { Result } from './grammar/result.ts';
import { type Began, type OpenCall, OpenCalls } from './state/open-calls.ts';
import type { Processes, Thread } from './state/processes.ts';
import type { Effect } from './syscalls/row.ts';
import { syscalls } from './syscalls/syscalls.ts';

/** The longest call that is put together from its parts: a process can be interrupted in one as often as it likes. */
export const MAX_JOINED_BYTES = 2 * MAX_LINE_BYTES;

/** What a parser and its call tracker tell each other. */
export interface TrackerOptions {
  readonly numbering: Numbering;
  readonly processes: Processes;
  readonly emit: (event: Event) => void;
  readonly onCap: (cap: ParserCap) => void;
  /** Where a path leads, by one who follows links. */
  readonly follow?: (path: string) => string;
}

/**
 * Turns calls into events: at once when they are complete, later when they are interrupted.
 * What is read last stands in `text` and `result`.
 */
export class CallTracker {
  readonly text = new CallText();
  readonly result = new Result();
  readonly #open = new OpenCalls();
  readonly #numbering: Numbering;
  readonly #processes: Processes;
  readonly #emit: (event: Event) => void;
  readonly #onCap: (cap: ParserCap) => void;
  readonly #follow: (path: string) => string;
  readonly #join: Join;

  constructor(options: TrackerOptions) {
    this.#numbering = options.numbering;
    this.#processes = options.processes;
    this.#emit = options.emit;
    this.#onCap = options.onCap;
    this.#follow = options.follow ?? (path => path);
    this.#join = options.follow === undefined ? resolvePath : joinPath;
  }

  /**
   * Reads the call that starts at `start`: `none` when nothing stands there that strace would print, `no-result`
   * when its arguments are closed and nothing follows them.
   */
  read(page: Page, start: number, end: number): 'call' | 'no-result' | 'none' {
    if (!this.text.read(page, start, end)) return 'none';
    if (this.text.shape !== 'complete') {
      this.result.clear();
      return 'call';
    }
    this.result.read(page, this.text.after, end);
    return this.result.end > 0 ? 'call' : 'no-result';
  }

  /** The call read last is all there is of it. */
  finish(thread: Thread, began: Began, flags: readonly EventFlag[]): void {
    this.abandon(thread.tid, 'torn');
    this.#finish(new Call(this.text, this.result, thread, began, this.#join), flags);
  }

  /** The call read last goes on in a later line: keeps `start` to where it was cut. */
  hold(thread: Thread, began: Began, start: number): void {
    this.abandon(thread.tid, 'torn');
    const { page, argumentsEnd, name } = this.text;
    if (syscalls.get(name)?.effect === 'fork') {
      this.#processes.expectChild(
        thread,
        inheritanceOf(new Call(this.text, this.result, thread, began, this.#join)),
      );
    }
    const text = page.bytes.slice(start, argumentsEnd);
    for (const given of this.#open.add({ thread, began, text })) {
      this.#onCap('too-many-open-calls');
      this.#flush(given, 'torn');
    }
  }

  /**
   * A call goes on: `rest` of a line belongs to what was held. False when nothing was, or when both together
   * are no call: then what was held is still held.
   */
  resume(tid: number, rest: Page, from: number, end: number): 'resumed' | 'unmatched' | 'unreadable' {
    const held = this.#open.take(tid);
    if (held === undefined) return 'unmatched';
    const joined = this.join(held, rest, from, end);
    if (joined) return 'resumed';
    this.#flush(held, 'torn');
    return 'unreadable';
  }

  /** Puts a held call and more of it together, and finishes or holds it; false when that is no call. */
  join(held: OpenCall, rest: Page, from: number, end: number, flags: readonly EventFlag[] = []): boolean {
    if (held.text.length + end - from > MAX_JOINED_BYTES) return false;
    const bytes = new Uint8Array(held.text.length + end - from);
    bytes.set(held.text);
    bytes.set(rest.bytes.subarray(from, end), held.text.length);
    const page = toPage(bytes);
    if (this.read(page, 0, bytes.length) !== 'call' || this.text.shape === 'torn') return false;
    if (held.hasSucceeded === true) this.result.succeed();
    if (this.text.shape === 'unfinished') this.hold(held.thread, held.began, 0);
    else this.finish(held.thread, held.began, flags);
    return true;
  }

  /** The thread did something else, or ended: what it had begun will not return. */
  abandon(tid: number, flag: 'torn' | 'never-returned'): void {
    const held = this.#open.take(tid);
    if (held !== undefined) this.#flush(held, flag);
  }

  /** execve by thread `from` goes on as the leader's. */
  handOver(from: number, leader: Thread): void {
    const held = this.#open.take(from);
    if (held === undefined) return;
    this.abandon(leader.tid, 'never-returned');
    this.#open.add({ ...held, thread: leader, hasSucceeded: true });
  }

  /** The trace is over. */
  end(): void {
    for (const held of this.#open.takeAll()) this.#flush(held, 'never-returned');
  }

  /** A call whose line was cut never came to its end. */
  giveUp(torn: OpenCall): void {
    this.#flush(torn, 'torn');
  }

  #finish(call: Call, flags: readonly EventFlag[]): void {
    for (const flag of flags) call.flag(flag);
    if (call.began.isApproximate) call.flag('approximate-time');
    if (call.result.injected) call.flag('injected');
    if (call.text.shape === 'ended') call.flag('never-returned');
    const row = syscalls.get(call.text.name);
    const change = this.#changeProcesses(call, row?.effect);
    const event = describe(call, row, change);
    if (row?.effect !== undefined && hasEffect(call)) this.#applyEffect(call, row.effect, event);
    this.#emit(event);
    for (const further of furtherEvents(call, row, event))
      this.#emit({ ...further, seq: this.#numbering.nextSeq() });
  }

  #applyEffect(call: Call, effect: Effect, event: Event): void {
    const returned = call.result.value ?? -1;
    applyEffect(effect, { call, event, returned, onCap: this.#onCap, follow: this.#follow });
  }

  /** Returns the process that the call made; or `thread` when it made or ended no more than a thread. */
  #changeProcesses(call: Call, effect: Effect | undefined): number | 'thread' | undefined {
    if (effect === 'fork') return this.#bear(call);
    if (effect === 'exec' && call.result.ok === true) this.#processes.executed(call.thread);
    if (effect === 'exit') return this.#processes.exiting(call.thread, false) ? undefined : 'thread';
    if (effect === 'exit-group') return this.#processes.exiting(call.thread, true) ? undefined : 'thread';
    return undefined;
  }

  /** What was read last stays: a call is given up because of it. */
  #flush(held: OpenCall, flag: EventFlag): void {
    const text = new CallText();
    if (!text.read(toPage(held.text), 0, held.text.length)) return;
    this.#finish(new Call(text, new Result(), held.thread, held.began, this.#join), [flag]);
  }

  #bear(call: Call): number | 'thread' | undefined {
    const inheritance = inheritanceOf(call);
    const tid = childOf(call);
    if (tid === undefined && call.result.ok === false) this.#processes.expectNoChild(call.thread);
    const child = tid === undefined ? undefined : this.#processes.born(call.thread, tid, inheritance);
    return inheritance.thread ? 'thread' : child?.proc;
  }
}

/** A connection that is being made is remembered like one that is. */
function hasEffect(call: Call): boolean {
  return call.result.ok === true || call.result.errno === 'EINPROGRESS';
}
