import { type CapName, capNames } from './caps.ts';
import type { Event } from './event.ts';

/** A piece of input that could not be read as an event: counted, kept, shown, never thrown. */
export interface Diagnostic {
  readonly kind: 'diagnostic';
  /** Stable word for why, e.g. `unreadable-line`, `line-too-long`, `unmatched-resume`, or a `ParserCap`. */
  readonly reason: string;
  /** The input, lossily decoded and capped. */
  readonly text: string;
  readonly source_offset: number;
  readonly source_length: number;
}

/** What a parser remembers no more of than it may: the `reason` of a diagnostic, and the name of a cap. */
export type ParserCap = Extract<CapName, `too-many-${string}`>;

/** The cap that a diagnostic tells of; without one it is a piece of the trace that was not read. */
export function capOf({ reason }: Diagnostic): ParserCap | undefined {
  return isCap(reason) ? reason : undefined;
}

function isCap(reason: string): reason is ParserCap {
  return reason.startsWith('too-many-') && capNames.some(name => name === reason);
}

/** What a parser gives: every line of a trace becomes at least one of these. */
export type TraceItem = Event | Diagnostic;

/**
 * Hands out the numbers that must be unique in a run. One is shared by all parsers of a run,
 * because each task's trace has a parser of its own.
 */
export interface Numbering {
  /** The next place in the total order. */
  nextSeq(): number;
  /** A process id of ours that no process of the run had before. */
  nextProc(): number;
}

export interface ParserOptions {
  readonly numbering: Numbering;
  /**
   * Whole seconds since 1970 that `at_ns` counts from; without it the first timestamp of the trace is zero.
   */
  readonly epochSeconds?: number;
  /** Directory the traced command was started in, until the trace says otherwise. */
  readonly cwd?: string;
  /**
   * The trace is of a whole machine, on which marker processes bound the traced command: only that and its descendants
   * count. A tracer that follows one command alone has no use for it.
   */
  readonly isBounded?: boolean;
  /** What the markers of this command are known by; without it whatever looks like one is taken for one. */
  readonly nonce?: string | undefined;
  /**
   * Where a path leads at this point of the trace, by one who knows the links of the machine. He is given what was parsed
   * so far and not given before, and takes it over. With him names keep each `..` that stands behind another: behind a
   * link it leads elsewhere than the text says. Without him they are resolved by text.
   */
  readonly follow?: (path: string, before: readonly TraceItem[]) => string;
}

/**
 * Turns the bytes of one trace into items. Chunks may be split anywhere. Never throws on input:
 * what cannot be read becomes a diagnostic. Memory is bounded by what is open at once, not by the trace.
 * An item may come later than the chunk that began it (a call that has not returned yet).
 */
export interface TraceParser {
  push(chunk: Uint8Array): TraceItem[];
  /** Call once, after the last chunk: gives what was still open. */
  end(): TraceItem[];
}

/** One format of trace. Adding a tracer: ARCHITECTURE.md, "Where to add things". */
export interface Tracer {
  /** As `tracers/tracer-names.ts` has it. */
  readonly name: string;
  /** Whether the first bytes of a file look like this format. No two tracers may claim one file. */
  sniff(head: Uint8Array): boolean;
  createParser(options: ParserOptions): TraceParser;
}
