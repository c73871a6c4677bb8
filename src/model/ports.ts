/** The interfaces through which rooms that are strangers to each other meet. Implemented on floor 2, composed in app. */
import type { CapName } from './caps.ts';
import type { Event } from './event.ts';
import type { EvidenceFrame, EvidenceStream, TracedCommand } from './evidence.ts';
import type { Places } from './places.ts';
import type { Machine, PlatformId, Run } from './run.ts';
import type { Phase } from './task.ts';
import type { Diagnostic } from './trace.ts';

/** Answers a package index (PEP 503/691) as a web-standard handler; shown to the guest during `fetch` only. */
export type PackageIndex = (request: Request) => Promise<Response>;

/** One entry of a guest's file tree, as the agent saw it (origin `disk`). */
export interface TreeEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly bytes: number;
  /** Permission bits, with setuid and friends. */
  readonly mode: number;
  /** Inode change time: unlike the modification time, an ordinary user cannot set it. */
  readonly ctime_ns: bigint;
  readonly uid: number;
  readonly gid: number;
  /** Target of a symlink. Hostile text. */
  readonly target?: string;
  /** Content of a file, where it is known. */
  readonly sha256?: string;
  /** Its content, or what is in the folder, could not be looked at: too large, too deep. */
  readonly is_unread?: boolean;
  /** The same for all names of a file that has several. */
  readonly shared_with?: string;
  /** Unlike any other entry's: two names that are no UTF-8 can read the same. */
  readonly raw_path?: string;
}

/** Makes sessions: clean machines. Failing to make one throws a `UserError` that names cause and fix. */
export interface Sandbox {
  restore(platform: PlatformId, signal: AbortSignal): Promise<Session>;
}

/**
 * One clean machine in use. Everything that comes out of it is hostile. Disposing ends every process of it and
 * removes what it left on the host; it never throws and may be called twice.
 */
export interface Session extends AsyncDisposable {
  readonly machine: Machine;
  readonly places: Places;
  /**
   * Puts a file into the guest's inbox (`places`), where the payload can read it and, on Linux, not change it.
   * `name` is as `inboxName` (`places`) has it.
   */
  put(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /**
   * Runs one command under the tracer. Frames come in order and are already validated; reading slowly slows the
   * command. Never throws on what the guest does: a broken stream ends in a `lost` frame. Aborting ends the command.
   */
  run(command: TracedCommand, signal: AbortSignal): AsyncIterable<EvidenceFrame>;
  /**
   * All that the payload could have changed, seen from outside of it, sorted by path. Throws where the guest does not show
   * it: a `CapReached` where there is more than is looked at.
   */
  listTree(signal: AbortSignal): Promise<readonly TreeEntry[]>;
  /**
   * Makes `index` answer inside the guest, to commands with network mode `index`, until disposed. `url` is what pip is
   * given: the root page, ending in `/simple/`. Aborting ends the wait for a guest that does not answer.
   */
  serveIndex(index: PackageIndex, signal: AbortSignal): Promise<AsyncDisposable & { readonly url: string }>;
}

/** The rows a query gave, keyed by column; JSON-safe (64-bit integers as numbers when they fit, else strings). */
export type Row = Readonly<Record<string, unknown>>;

/** Asks one question in SQL; parameters are bound, never spliced. */
export type Query = (
  sql: string,
  parameters?: Readonly<Record<string, string | number | boolean>>,
) => Promise<readonly Row[]>;

/** Where a run's evidence goes while it is being made. Appends keep their order. */
export interface RunWriter extends AsyncDisposable {
  readonly run: string;
  /** Named limits of the store that were reached so far: what is less than it seems is marked in the data. */
  readonly caps: readonly CapName[];
  /** Raw bytes of one stream of one task, compressed as they come: the source of truth. */
  writeRaw(task: string, stream: EvidenceStream, bytes: Uint8Array): Promise<void>;
  appendEvents(task: string, phase: Phase, events: readonly Event[]): Promise<void>;
  appendDiagnostics(task: string, phase: Phase, diagnostics: readonly Diagnostic[]): Promise<void>;
  /** Over the views of a bundle (`events`, `processes`, `tasks`...), holding what was appended so far. */
  readonly query: Query;
  /** Writes the Parquet files, `run.json` and the manifest; from then on the bundle is a run. Without it, disposing removes it. */
  seal(run: Run): Promise<{ readonly folder: string }>;
}

/** Says what long work is doing: shown on stderr, never on stdout. */
export interface Progress {
  /** A step began; the returned function says how it ended. */
  start(step: string): (outcome: 'done' | 'failed' | 'skipped', note?: string) => void;
  /** A line about the running step: size, count, rate; while none runs, about the work as a whole. */
  note(text: string): void;
}
