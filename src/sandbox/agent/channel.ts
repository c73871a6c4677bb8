import type { Readable, Writable } from 'node:stream';

/** How a program in the guest ended, as the channel says it. */
export interface GuestExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/**
 * One program in the guest. The channel itself drains standard error (else a full one would stall standard
 * output: ssh2 gives both one window) and keeps its first `stderrCap` bytes for messages.
 */
export interface GuestProcess {
  readonly stdin: Writable;
  /** Reading slowly slows the program. */
  readonly stdout: Readable;
  /** What it said on standard error so far, lossily decoded, capped. Hostile text. */
  stderrText(): string;
  /** Whether there was more of it than is kept. */
  isStderrCut(): boolean;
  /** Settles when the program has ended and all its output was given; never rejects. A broken channel: both null. */
  readonly closed: Promise<GuestExit>;
  /** Ends it: the agent kills everything it started when its standard output or the channel goes away. */
  kill(): void;
}

/** Kept bytes of a guest program's standard error. */
export const stderrCap = 64 * 1024;

/**
 * All that a sandbox must offer for the agent to be reached: run `argv` as root in the machine, outside of what a
 * payload sees. No shell is between: a sandbox whose transport has one (SSH) quotes. Rejects when the program could
 * not be started; aborting `signal` kills it.
 */
export interface GuestChannel {
  exec(argv: readonly string[], signal: AbortSignal): Promise<GuestProcess>;
}
