import type { NetworkMode } from './run.ts';
import type { Phase, Survivor } from './task.ts';

/** What flows back from a traced command. `hint` is written by probes inside the payload: never trusted. */
export const evidenceStreams = ['trace', 'stdout', 'stderr', 'hint'] as const;
export type EvidenceStream = (typeof evidenceStreams)[number];

/** Named limits of a task; reaching one is marked in the data and in the report. */
export interface TaskLimits {
  readonly wallMs: number;
  readonly processes: number;
  readonly memoryBytes: number;
  /** Largest file the payload may write. */
  readonly fileBytes: number;
  /** Kept bytes of each of stdout and stderr, and of the hint stream; the rest is counted and dropped. */
  readonly outputBytes: number;
  /** Trace bytes after which the task is ended as truncated. */
  readonly traceBytes: number;
  /** How long the command's descendants may live on after it ended. */
  readonly lingerMs: number;
}

/** A command to run under the tracer in a session. */
export interface TracedCommand {
  readonly task: string;
  readonly phase: Phase;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: 'user' | 'root';
  readonly network: NetworkMode;
  readonly limits: TaskLimits;
  readonly tty: boolean;
}

/** What the second sensor counted in the kernel, past the tracer (docs/decisions/0005). */
export interface SensedCounts {
  /** Why the machine had no sensor, or empty. */
  readonly absent: string;
  /** Calls that were made, by name. */
  readonly calls: readonly { readonly name: string; readonly count: number }[];
  /** Processes and threads that were begun, and programs. */
  readonly forks: number;
  readonly execs: number;
  /** Programs whose name it could not tell. */
  readonly unnamed: number;
  /** Calls, at most, that the kernel left out of its counts (Linux 7.2 and later). */
  readonly missed: number;
}

/**
 * One validated piece of evidence. A stream begins with `hello`, has any number of `chunk` and `programs`, then
 * `sensed` (unless it was recorded before there was one) and `exit`, and is closed by `bye` (counts and hashes agreed) or `lost` (they did not, or the channel broke): always exactly one.
 */
export type EvidenceFrame =
  | {
      readonly kind: 'hello';
      /** Tracer's name and version, and how it was called. */
      readonly tracer: string;
      readonly tracerArgv: readonly string[];
      readonly kernel: string;
      /** The guest's clock when the command started, nanoseconds since 1970. */
      readonly startedUnixNs: bigint;
      /** What the markers that bound the command in the trace are known by, where there are any. */
      readonly nonce?: string;
    }
  | { readonly kind: 'chunk'; readonly stream: EvidenceStream; readonly bytes: Uint8Array }
  /** Programs that the second sensor saw start, in order. Hostile text. */
  | { readonly kind: 'programs'; readonly names: readonly string[] }
  | ({ readonly kind: 'sensed' } & SensedCounts)
  | {
      readonly kind: 'exit';
      /** null when a signal ended it. */
      readonly code: number | null;
      readonly signal: string | null;
      readonly timedOut: boolean;
      /** Named caps that were reached in the guest. */
      readonly caps: readonly string[];
      readonly survivors: readonly Survivor[];
      readonly durationMs: number;
      /** Processor time of the command, all that it started, and the tracer; where it is counted. */
      readonly cpuMs?: number;
    }
  /** With the bytes of each stream that came after its cap, where there were any. */
  | { readonly kind: 'bye'; readonly dropped?: Partial<Readonly<Record<EvidenceStream, number>>> }
  | { readonly kind: 'lost'; readonly reason: string };
