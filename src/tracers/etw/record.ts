/**
 * What a header is, from most to least that it says: `event` (manifest and TraceLogging providers) and `classic`
 * (MOF providers) name their provider; `system` is the kernel's own, `perfinfo` the kernel's own without process
 * and thread; `message` is WPP, text without its words.
 */
export type HeaderKind = 'event' | 'classic' | 'system' | 'perfinfo' | 'message';

/** One item between a header and its payload. `data` shares the memory of its buffer. */
export interface ExtendedItem {
  /** 1 related activity, 2 SID, 3 session, 5/6 stack, 11 TraceLogging schema, 12 provider traits, 13 process start key... */
  readonly type: number;
  readonly data: Uint8Array;
}

/**
 * One record of a trace file: its header, read; its payload, not yet. Everything byte-like shares the memory of a
 * whole buffer (64 KiB and more): keep what you read of it, not the record.
 */
export interface EtwRecord {
  readonly kind: 'record';
  readonly header: HeaderKind;
  /** Lower case with dashes; for the kernel's own headers the GUID of the group's event class. */
  readonly provider: string;
  /** The kernel's group byte (3 process, 4 file...), -1 for records of other providers. */
  readonly group: number;
  /** The event id of an `event`, the message number of a `message`, else the opcode. */
  readonly id: number;
  readonly opcode: number;
  readonly version: number;
  readonly level: number;
  readonly channel: number;
  readonly task: number;
  readonly keyword: bigint;
  /** 4294967295 of the file is -1 here: the writer did not say. */
  readonly pid: number;
  readonly tid: number;
  readonly cpu: number;
  /** As written, in units of the trace's clock. */
  readonly time: bigint;
  /** Nanoseconds since the trace began (`EtwSession.startTime`). */
  readonly ns: number;
  /** Of the process that wrote this record: 4 in a 64-bit trace for a 32-bit process. */
  readonly pointerSize: 4 | 8;
  readonly payload: Uint8Array;
  readonly extended: readonly ExtendedItem[];
  /** Activity of an `event`; undefined when there is none. */
  readonly activity: string | undefined;
  /** Older than a record given before it: its CPU's buffer was written too late for the merge. */
  readonly isLate: boolean;
  /** Of the buffer that holds it, in the file: compressed buffers have no closer place. */
  readonly source_offset: number;
  readonly source_length: number;
}

/** What the first record of a file says about the whole. Given once, before any record. */
export interface EtwSession {
  readonly kind: 'session';
  readonly osMajor: number;
  readonly osMinor: number;
  readonly build: number;
  readonly cpus: number;
  readonly bufferBytes: number;
  readonly pointerSize: 4 | 8;
  /** FILETIME: units of 100 ns since 1601, UTC. */
  readonly startTime: bigint;
  /** 0n: the session was not stopped properly, its counts of losses are not final. */
  readonly endTime: bigint;
  readonly bootTime: bigint;
  /** Minutes that local time was behind UTC. */
  readonly biasMinutes: number;
  readonly clock: 'qpc' | 'filetime' | 'cycles';
  /** Units of the clock in a second. */
  readonly frequency: number;
  readonly loggerName: string;
  readonly logFileName: string;
}

/** Something was written by nobody: events or buffers that the session dropped. */
export interface EtwLost {
  readonly kind: 'lost';
  readonly what: 'events' | 'buffers';
  /** undefined: a flag said so without a number. */
  readonly count: number | undefined;
  readonly said: 'header' | 'buffer' | 'record';
  readonly source_offset: number;
  readonly source_length: number;
}
