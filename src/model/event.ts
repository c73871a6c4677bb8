/**
 * The event: one thing that happened, as one flat record.
 *
 * The keys are the columns of `events.parquet`, in SQL's spelling, so a record reads the same in TypeScript,
 * NDJSON and SQL. A key that does not apply is absent here and NULL there.
 */

/** Every kind of event, by family. `raw` is a call no row of a tracer's table describes. */
export const eventKinds = [
  'process.fork',
  'process.exec',
  'process.found',
  'process.exit',
  'process.signal',
  'process.setid',
  'process.ptrace',
  'file.open',
  'file.read',
  'file.write',
  'file.create',
  'file.delete',
  'file.rename',
  'file.link',
  'file.symlink',
  'file.chmod',
  'file.chown',
  'file.attribute',
  'file.truncate',
  'file.stat',
  'file.access',
  'file.readlink',
  'file.list',
  'file.mount',
  'file.map',
  'file.chdir',
  'net.socket',
  'net.connect',
  'net.bind',
  'net.listen',
  'net.accept',
  'net.send',
  'net.recv',
  'net.dns',
  'net.http', // not yet filled, as is net.tls
  'net.tls',
  'registry.open',
  'registry.create',
  'registry.query',
  'registry.set',
  'registry.delete',
  'memory.map',
  'memory.protect',
  'memory.write',
  'module.load',
  'meta.lost',
  'meta.note',
  'meta.hint',
  'raw',
] as const;

export type EventKind = (typeof eventKinds)[number];
/** The kinds whose paths are names that links may lead elsewhere. */
export type NamingKind = Family<'file'> | Family<'net'>;
type Family<Prefix extends string> = Extract<EventKind, `${Prefix}.${string}`>;

/**
 * Who says so. Only `kernel`, `disk`, `sinkhole` (from which nothing comes yet) and `agent` are facts; a `hint` comes
 * from code the package can change.
 */
export const origins = ['kernel', 'sinkhole', 'disk', 'agent', 'hint'] as const;
export type Origin = (typeof origins)[number];

/** Marks on a record that is less than it seems. */
export const eventFlags = [
  'truncated', // a string was longer than the tracer shows
  'guessed-path', // the path was resolved from arguments, not from a returned descriptor
  'argument-differs', // the argument's path, in `path2`, is not the returned descriptor's; without `path2` that has none
  'unread-argument', // a name, an address or a word stood in memory that the kernel reads and the tracer could not
  'unexplained', // nothing that was traced leads to it
  'not-hashed', // it changed, and whether its content did is not known
  'torn', // the record was cut
  'injected', // the tracer changed the result
  'never-returned', // the process ended inside the call
  'deleted', // the path was deleted when the tracer looked
  'same-call', // one more thing that the call did, whose first event has no such mark
  'approximate-time', // the tracer gave no time of its own for this
  'collapsed', // stands for `times` events that said the same
  'capped', // stands for `times` events that differ: a cap was reached
] as const;
export type EventFlag = (typeof eventFlags)[number];

interface EventBase {
  /** Total order of the run: the order in which things began. Unique in a run, not contiguous. */
  readonly seq: number;
  /** Nanoseconds since the run's start; may be negative when the guest's clock lies. */
  readonly at_ns: number;
  /** Of all together when it stands for several. */
  readonly dur_ns?: number;
  /** Our own id of the process: unique in a run, survives exec, never reused. */
  readonly proc: number;
  /** The tracer's process and thread ids; reused by the system. */
  readonly pid: number;
  readonly tid: number;
  /** The native name of the call, e.g. `openat`; absent for what is no call. */
  readonly call?: string;
  /** Whether it succeeded; absent when unknown. */
  readonly ok?: boolean;
  readonly ret?: number;
  /** The error's name, e.g. `ENOENT`, only when `ok` is false. */
  readonly errno?: string;
  readonly origin: Origin;
  /** The native arguments as text, capped, where no other column holds them. */
  readonly args?: string;
  /** The line of Python that did it, `setup.py:14 in run`: a hint. Not yet filled. */
  readonly frame?: string;
  /** Not done by a package that does nothing, on this platform. Not yet filled. */
  readonly novel?: boolean;
  /** Where it stands in the raw evidence: byte offset and length in the trace stream of its task. */
  readonly source_offset?: number;
  readonly source_length?: number;
  readonly flags?: readonly EventFlag[];
  /** How many events this one stands for; absent when only for itself. `bytes` and `dur_ns` are their sums. */
  readonly times?: number;
  /** When the last of them began. */
  readonly last_ns?: number;
}

/**
 * Creation, execution and end of processes. For `process.fork`, `child` is the new process; for `process.found`, one
 * that was there before the trace began: `path` and `argv` are the child's, and it did nothing.
 */
export interface ProcessEvent extends EventBase {
  readonly kind: Family<'process'>;
  readonly child?: number;
  /** The executed file, absolute. */
  readonly path?: string;
  /** The file that links led to from there, where that is another. */
  readonly path2?: string;
  readonly argv?: readonly string[];
  /** Name of the signal delivered, sent, or that ended the process. */
  readonly signal?: string;
}

/** How a file was opened: what the descriptor may be used for. */
export const fileAccesses = ['read', 'write', 'read-write', 'path'] as const;
export type FileAccess = (typeof fileAccesses)[number];

/** A stat, a failed open, an open and a read are four different facts and four different kinds or `ok` values. */
export interface FileEvent extends EventBase {
  readonly kind: Family<'file'>;
  /** Absolute and resolved; the returned descriptor's path where there is one. */
  readonly path?: string;
  /** The other path of a rename, link, symlink or mount; the name that an open was given, where that differs. */
  readonly path2?: string;
  readonly access?: FileAccess;
  /** Permission bits. */
  readonly mode?: number;
  readonly bytes?: number;
  /** sha256 of a captured buffer. Not yet filled. */
  readonly data?: string;
}

/** Sockets. Local side in `laddr`/`lport`, remote in `raddr`/`rport`; a unix socket's path is in `path`. */
export interface NetworkEvent extends EventBase {
  readonly kind: Family<'net'>;
  readonly proto?: string;
  readonly laddr?: string;
  readonly lport?: number;
  readonly raddr?: string;
  readonly rport?: number;
  readonly host?: string;
  readonly path?: string;
  readonly bytes?: number;
  readonly data?: string;
}

/** Windows' registry, memory of other processes, loaded modules: a path and what was done. */
export interface SystemEvent extends EventBase {
  readonly kind: Family<'registry'> | Family<'memory'> | Family<'module'>;
  readonly path?: string;
  readonly bytes?: number;
  readonly data?: string;
}

/** What the tracer or agent says about the evidence itself. */
export interface MetaEvent extends EventBase {
  readonly kind: Family<'meta'>;
  readonly path?: string;
  readonly bytes?: number;
}

/** A call that no row of the tracer's table describes; its arguments are in `args`. */
export interface RawEvent extends EventBase {
  readonly kind: 'raw';
}

export type Event = ProcessEvent | FileEvent | NetworkEvent | SystemEvent | MetaEvent | RawEvent;

export function isFileEvent(event: Event): event is FileEvent {
  return event.kind.startsWith('file.');
}

/** Column types of the store, and of every export. */
export type ColumnType = 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR' | 'VARCHAR[]';

/**
 * The columns of `events` in order, after `run`, `task` and `phase`, which the store adds.
 * A tracer that needs a new fact adds a key above and a row here; `store/tables/tables.ts` says what it means.
 */
export const eventColumns = {
  seq: 'BIGINT',
  at_ns: 'BIGINT',
  dur_ns: 'BIGINT',
  proc: 'INTEGER',
  pid: 'INTEGER',
  tid: 'INTEGER',
  kind: 'VARCHAR',
  call: 'VARCHAR',
  ok: 'BOOLEAN',
  ret: 'BIGINT',
  errno: 'VARCHAR',
  path: 'VARCHAR',
  path2: 'VARCHAR',
  access: 'VARCHAR',
  mode: 'INTEGER',
  bytes: 'BIGINT',
  data: 'VARCHAR',
  proto: 'VARCHAR',
  laddr: 'VARCHAR',
  lport: 'INTEGER',
  raddr: 'VARCHAR',
  rport: 'INTEGER',
  host: 'VARCHAR',
  argv: 'VARCHAR[]',
  child: 'INTEGER',
  signal: 'VARCHAR',
  args: 'VARCHAR',
  frame: 'VARCHAR',
  origin: 'VARCHAR',
  novel: 'BOOLEAN',
  source_offset: 'BIGINT',
  source_length: 'INTEGER',
  flags: 'VARCHAR[]',
  times: 'BIGINT',
  last_ns: 'BIGINT',
} as const satisfies Record<string, ColumnType>;

export type EventColumn = keyof typeof eventColumns;
