import type { Thread } from './processes.ts';

/** Bytes of calls held that have begun and not returned, in all threads together. */
export const MAX_OPEN_BYTES = 32 << 20;

/** When and where a call began: its event keeps these though it ends later. */
export interface Began {
  readonly seq: number;
  readonly atNs: number;
  readonly isApproximate: boolean;
  readonly tid: number;
  readonly offset: number;
  readonly length: number;
}

/** The first part of a call: everything up to where it was cut. */
export interface OpenCall {
  readonly thread: Thread;
  readonly began: Began;
  readonly text: Uint8Array;
  /** An execve that ended the thread it was called by has succeeded, whatever is printed as its result. */
  readonly hasSucceeded?: true;
}

/** Calls that have begun and not returned: at most one for each thread. */
export class OpenCalls {
  readonly #calls = new Map<number, OpenCall>();
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number = MAX_OPEN_BYTES) {
    this.#limit = limit;
  }

  /** Returns the calls given up to make room. */
  add(call: OpenCall): OpenCall[] {
    const { tid } = call.thread;
    this.#calls.set(tid, call);
    this.#bytes += call.text.length;
    const givenUp: OpenCall[] = [];
    for (const [oldest, open] of this.#calls) {
      if (this.#bytes <= this.#limit || oldest === tid) break;
      this.take(oldest);
      givenUp.push(open);
    }
    return givenUp;
  }

  take(tid: number): OpenCall | undefined {
    const call = this.#calls.get(tid);
    if (call === undefined) return undefined;
    this.#calls.delete(tid);
    this.#bytes -= call.text.length;
    return call;
  }

  /** What is still open, in the order in which it began. */
  takeAll(): OpenCall[] {
    const all = [...this.#calls.values()];
    this.#calls.clear();
    this.#bytes = 0;
    return all;
  }
}
