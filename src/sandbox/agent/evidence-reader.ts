import { createHash, type Hash } from 'node:crypto';
import { type EvidenceFrame, type EvidenceStream, evidenceStreams } from '../../model/evidence.ts';
import { FrameReader } from './frame-reader.ts';
import type { GuestBye, GuestExitFrame, GuestFrame, GuestHello, GuestSensed } from './protocol.ts';

/** What a stream of evidence is held against. Zero is no limit. */
export interface EvidenceExpectation {
  readonly nonce: Uint8Array;
  readonly traceBytes: number;
  readonly outputBytes: number;
}

interface Tally {
  readonly hash: Hash;
  bytes: number;
  lines: number;
}

const lineFeed = 0x0a;

/**
 * Turns what `agent run` writes into validated evidence: gives exactly one of `bye` and `lost`, last. `bye` only when
 * counts and hashes of every stream agree with what arrived and nothing came after. Never throws on the guest's bytes.
 */
export class EvidenceReader {
  readonly #frames: FrameReader;
  readonly #expectation: EvidenceExpectation;
  readonly #tallies = new Map<EvidenceStream, Tally>(
    evidenceStreams.map(stream => [stream, { hash: createHash('sha256'), bytes: 0, lines: 0 }]),
  );
  #frameCount = 0;
  #programBytes = 0;
  #hasExit = false;
  #hasSensed = false;
  #dropped: Dropped = {};
  #isClosed = false;

  constructor(expectation: EvidenceExpectation) {
    this.#expectation = expectation;
    this.#frames = new FrameReader(expectation.nonce);
  }

  /** Whether the last frame was given: nothing more will come. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  push(chunk: Uint8Array): readonly EvidenceFrame[] {
    if (this.#isClosed) return [];
    const given: EvidenceFrame[] = [];
    const { frames, broken } = this.#frames.push(chunk);
    for (const frame of frames) {
      const evidence = this.#accept(frame);
      if (typeof evidence === 'string') return [...given, ...this.lose(evidence)];
      if (evidence) given.push(evidence);
    }
    return broken === undefined ? given : [...given, ...this.lose(broken)];
  }

  /** Call at the end of the stream. */
  end(): readonly EvidenceFrame[] {
    const problem = this.#frames.end();
    if (problem !== undefined) return this.lose(problem);
    if (this.#isClosed) return [];
    this.#isClosed = true;
    return [{ kind: 'bye', ...this.#dropped }];
  }

  /** Ends the evidence for a reason that is not in the stream: aborted, out of time. */
  lose(reason: string): readonly EvidenceFrame[] {
    if (this.#isClosed) return [];
    this.#isClosed = true;
    return [{ kind: 'lost', reason }];
  }

  /** The evidence in a frame, nothing when it only ends the stream, or as text why it cannot be believed. */
  #accept(frame: GuestFrame): EvidenceFrame | string | undefined {
    this.#frameCount += 1;
    if (this.#hasExit && frame.body !== 'bye' && frame.body !== 'fault') {
      return 'something came between exit and trailer';
    }
    switch (frame.body) {
      case 'hello':
        return toHello(frame.hello);
      case 'chunk':
        return this.#acceptChunk(frame.chunk.stream, frame.chunk.bytes);
      case 'programs':
        return this.#acceptPrograms(frame.programs.names);
      case 'sensed':
        return this.#acceptSensed(frame.sensed);
      case 'exit':
        this.#hasExit = true;
        return toExit(frame.exit);
      case 'bye':
        this.#dropped = toDropped(frame.bye);
        return this.#disagreement(frame.bye);
      case 'fault':
        return `the agent gave up: ${frame.fault.reason}`;
      case 'tree':
        return 'an answer to another question';
    }
  }

  #acceptChunk(stream: EvidenceStream, bytes: Uint8Array): EvidenceFrame | string {
    const tally = this.#tally(stream);
    tally.bytes += bytes.length;
    const { traceBytes, outputBytes } = this.#expectation;
    const cap = stream === 'trace' ? traceBytes : outputBytes;
    if (cap > 0 && tally.bytes > cap) return `more ${stream} came than its cap of ${cap} bytes`;
    tally.hash.update(bytes);
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) tally.lines += 1;
    return { kind: 'chunk', stream, bytes };
  }

  /** Each name stands in the trace as well, on a line of its own: more of them than it may have bytes are none that a sensor saw. */
  #acceptPrograms(
    names: readonly { readonly name: string; readonly bytes: number }[],
  ): EvidenceFrame | string {
    for (const { bytes } of names) this.#programBytes += bytes + 1;
    const { traceBytes } = this.#expectation;
    if (traceBytes > 0 && this.#programBytes > traceBytes)
      return 'more names of programs came than a trace can hold';
    return { kind: 'programs', names: names.map(({ name }) => name) };
  }

  #acceptSensed(sensed: GuestSensed): EvidenceFrame | string {
    if (this.#hasSensed) return 'the second sensor counted twice';
    this.#hasSensed = true;
    return { kind: 'sensed', ...sensed };
  }

  #disagreement(bye: GuestBye): string | undefined {
    if (!this.#hasExit) return 'the trailer came before the exit';
    if (bye.frames !== this.#frameCount - 1) return 'frames sent and received differ in number';
    const named = new Set(bye.streams.map(({ stream }) => stream));
    if (named.size !== evidenceStreams.length) return 'the trailer does not speak of every stream';
    const wrong = bye.streams.find(({ stream, bytes, lines, sha256 }) => {
      const tally = this.#tally(stream);
      return (
        bytes !== tally.bytes ||
        lines !== tally.lines ||
        !tally.hash.copy().digest().equals(Buffer.from(sha256))
      );
    });
    return wrong && `what was sent and received of ${wrong.stream} differs`;
  }

  #tally(stream: EvidenceStream): Tally {
    const tally = this.#tallies.get(stream);
    if (!tally) throw new Error(`no tally for ${stream}`);
    return tally;
  }
}

function toHello(hello: GuestHello): EvidenceFrame {
  const { tracer, tracerArgv, kernel, startedUnixNs } = hello;
  return { kind: 'hello', tracer, tracerArgv, kernel, startedUnixNs };
}

function toExit(exit: GuestExitFrame): EvidenceFrame {
  return {
    kind: 'exit',
    code: exit.end === 'code' ? (exit.code ?? 0) : null,
    signal: exit.end === 'signal' ? (exit.signal ?? '') : null,
    timedOut: exit.timedOut,
    caps: exit.caps,
    survivors: exit.survivors,
    durationMs: exit.durationMs,
    cpuMs: exit.cpuMs,
  };
}

type Dropped = Pick<Extract<EvidenceFrame, { kind: 'bye' }>, 'dropped'>;

/** What the agent counted beyond its caps and did not send: by its own word, since nobody else saw it. */
function toDropped({ streams }: GuestBye): Dropped {
  const some = streams.filter(({ dropped }) => dropped > 0);
  if (some.length === 0) return {};
  return { dropped: Object.fromEntries(some.map(({ stream, dropped }) => [stream, dropped])) };
}
