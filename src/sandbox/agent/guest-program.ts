import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../base/message-of.ts';
import { UserError } from '../../base/user-error.ts';
import { unlessAborted } from '../host/unless-aborted.ts';
import type { GuestChannel, GuestExit, GuestProcess } from './channel.ts';

/** Where the agent stands in every guest. */
export const agentPath = '/run/agent/agent';

/** How long a program that was ended may take to be gone. */
const endingMs = 15_000;

/** Starts a program; what fails while writing to it shows in how it ends, not as an error of the stream. */
export async function startGuestProgram(
  channel: GuestChannel,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<GuestProcess> {
  signal.throwIfAborted();
  const program = await channel.exec(argv, signal);
  program.stdin.on('error', () => undefined);
  return program;
}

/** Ends a program whose output nobody wants any more, and waits until it is gone, but not for ever. */
export async function endGuestProgram(program: GuestProcess): Promise<void> {
  program.kill();
  const timer = new AbortController();
  await Promise.race([
    program.closed,
    wait(endingMs, undefined, { signal: timer.signal }).catch(() => undefined),
  ]);
  timer.abort();
}

/** How long a program of ours may take that is no command: storing half a gigabyte in an emulated machine, at most. */
export const answerMs = 300_000;

/** A limit of time, and who else may stop the program. */
export interface AnswerLimits {
  readonly signal: AbortSignal;
  /** `answerMs` unless given. */
  readonly timeoutMs?: number;
}

/**
 * Starts a short program of ours with `input`, hands its output to `take` and waits for its end. Throws when the guest
 * does not answer in time: a machine that hangs must not hang its run.
 */
export async function askGuestProgram(
  channel: GuestChannel,
  argv: readonly string[],
  input: Uint8Array,
  take: (chunk: Uint8Array) => void,
  { signal, timeoutMs = answerMs }: AnswerLimits,
): Promise<{ readonly code: number | null; readonly complaint: string }> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const limit = AbortSignal.any([signal, timeout]);
  let program: GuestProcess | undefined;
  try {
    program = await startGuestProgram(channel, argv, limit);
    program.stdin.end(input);
    const { code } = await unlessAborted(readToEnd(program, take), limit);
    limit.throwIfAborted();
    return { code, complaint: program.stderrText().trim() };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted)
      throw guestFailure(`${nameOf(argv)} in the guest did not answer within ${timeoutMs / 1000} s`);
    if (program !== undefined) throw error;
    throw guestFailure(`${nameOf(argv)} could not be started in the guest: ${messageOf(error)}`, error);
  } finally {
    if (program !== undefined) await endGuestProgram(program);
  }
}

/** What a guest did not do that it always does: no bug of ours, and the next session may have it again. */
export function guestFailure(sentence: string, cause?: unknown): UserError {
  return new UserError(sentence, {
    kind: 'incomplete',
    help: 'try once more; if it stays so, see that this host is not overloaded: buildhaus doctor',
    cause,
  });
}

async function readToEnd(program: GuestProcess, take: (chunk: Uint8Array) => void): Promise<GuestExit> {
  for await (const chunk of untilBroken(program.stdout)) take(chunk);
  return program.closed;
}

/** A stream that breaks is at its end: what is missing then, its reader knows, and `closed` says that it broke. */
async function* untilBroken(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield Buffer.from(chunk);
  } catch {
    // As if it had ended.
  }
}

/**
 * Runs a short program of ours to its end with `input` on its standard input, and gives its output, which may not be
 * longer than `outputCap` bytes. Throws when it fails.
 */
export async function runGuestProgram(
  channel: GuestChannel,
  argv: readonly string[],
  options: AnswerLimits & { readonly input: Uint8Array; readonly outputCap: number },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const keep = (chunk: Uint8Array) => {
    length += chunk.length;
    if (length > options.outputCap)
      throw guestFailure(`${nameOf(argv)} in the guest said more than it ever does`);
    chunks.push(chunk);
  };
  const { code, complaint } = await askGuestProgram(channel, argv, options.input, keep, options);
  if (code === 0) return Buffer.concat(chunks).toString('utf8');
  throw guestFailure(`${nameOf(argv)} in the guest ended with ${code}: ${complaint}`);
}

/** How a program's output came to its end. */
export type ReadEnd = 'ended' | 'late' | 'aborted';

/** The longest that a timer can wait. */
const longestWaitMs = 2 ** 31 - 1;

/**
 * A program's output as it comes. Ends early when `limitMs` of waiting for the guest are over (what the reader does with
 * the bytes does not count) or `signal` is aborted.
 */
export async function* readWithin(
  stream: Readable,
  limitMs: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, ReadEnd> {
  const chunks = stream[Symbol.asyncIterator]();
  let leftMs = limitMs;
  for (;;) {
    const before = Date.now();
    const next = await nextWithin(chunks, leftMs, signal);
    leftMs -= Date.now() - before;
    if (typeof next === 'string') return next;
    if (next.done === true) return 'ended';
    yield Buffer.from(next.value);
  }
}

async function nextWithin(
  chunks: AsyncIterator<Uint8Array>,
  leftMs: number,
  signal: AbortSignal,
): Promise<IteratorResult<Uint8Array> | ReadEnd> {
  if (signal.aborted) return 'aborted';
  const stop = new AbortController();
  const either = AbortSignal.any([stop.signal, signal]);
  const timeout = wait(Math.min(leftMs, longestWaitMs), 'late' as const, { signal: either }).catch(
    () => 'aborted' as const,
  );
  // An error of the stream is its end: what is missing then, counts and hashes say.
  const arrival = chunks.next().catch((): IteratorResult<Uint8Array> => ({ done: true, value: undefined }));
  const first = await Promise.race([arrival, timeout]);
  stop.abort();
  // Aborting also ends the stream, and either may be seen first.
  return signal.aborted ? 'aborted' : first;
}

function nameOf(argv: readonly string[]): string {
  return argv.slice(0, 2).join(' ');
}
