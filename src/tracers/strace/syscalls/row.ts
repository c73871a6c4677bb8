import type { FileAccess, FileEvent, NetworkEvent, ProcessEvent, SystemEvent } from '../../../model/event.ts';

/**
 * One row says all there is to know about one system call: what kind of event it is, and which arguments
 * (counted from 0) hold its facts. To teach the parser a call, add a row; a call without one becomes a `raw` event.
 * Whether guests trace it says `sandbox/agent/strace-command.ts`.
 */
export type SyscallRow = FileRow | NetRow | TransferRow | ProcessRow | SystemRow | MappingRow | RawRow;

/** Where a path stands: a name, resolved against a folder's descriptor or else the current directory; or a descriptor. */
export interface PathFrom {
  readonly name: number | undefined;
  /** The argument that may say that the folder is the root of what is named. */
  readonly how: number | undefined;
  readonly folder: number | undefined;
  readonly descriptor: number | undefined;
  /** The name is not resolved: a symbolic link's target, a device. This is put before it. */
  readonly verbatim: string | undefined;
}

/** What a call changes in the process, beyond being an event (`../effects.ts`). */
export type Effect =
  | 'open'
  | 'close'
  | 'close-range'
  | 'duplicate'
  | 'control'
  | 'new-descriptor'
  | 'new-pair'
  | 'socket'
  | 'connect'
  | 'bind'
  | 'accept'
  | 'change-folder'
  | 'learn-folder'
  | 'unshare'
  | 'fork'
  | 'exec'
  | 'exit'
  | 'exit-group';

interface Row {
  /** Arguments kept as text: all of them, or one by its index, as far as no column holds them. */
  readonly keep?: 'all' | number | undefined;
  readonly effect?: Effect | undefined;
}

/** A call about files. */
export interface FileRow extends Row {
  readonly family: 'file';
  readonly kind: FileEvent['kind'];
  readonly path: PathFrom;
  readonly path2?: PathFrom | undefined;
  /** The argument with `O_RDONLY` and its kin. */
  readonly flags?: number | undefined;
  /** What it may be used for, where no flags say so. */
  readonly access?: FileAccess | undefined;
  /** The argument with permission bits. */
  readonly mode?: number | undefined;
  /** The argument with a length; or what the call returned. */
  readonly bytes?: 'returned' | number | undefined;
}

/** A call about sockets. Without `descriptor` it is the returned one. */
export interface NetRow extends Row {
  readonly family: 'net';
  readonly kind: NetworkEvent['kind'];
  readonly descriptor?: number | undefined;
  readonly address?: number | undefined;
  /** Which end `address` is. */
  readonly side?: 'local' | 'remote' | undefined;
  /** A `struct msghdr`, or an array of them: address and payload in one. */
  readonly message?: number | undefined;
  /** The bytes sent, looked at for a DNS question. */
  readonly payload?: number | undefined;
  readonly bytes?: 'returned' | undefined;
}

/** A call that moves bytes to or from whatever a descriptor is: a file's event or a socket's. */
export interface TransferRow extends Row {
  readonly family: 'transfer';
  readonly kind: 'file.read' | 'file.write';
  readonly descriptor: number;
  /** Where the bytes come from or go to, when that is a descriptor too. */
  readonly other?: number | undefined;
  readonly payload?: number | undefined;
}

/** A call about processes and what they may do. */
export interface ProcessRow extends Row {
  readonly family: 'process';
  readonly kind: ProcessEvent['kind'];
  readonly path?: PathFrom | undefined;
  readonly argv?: number | undefined;
  readonly signal?: number | undefined;
}

/** A call about memory or loaded code. */
export interface SystemRow extends Row {
  readonly family: 'system';
  readonly kind: SystemEvent['kind'];
  readonly path?: PathFrom | undefined;
  readonly bytes?: 'returned' | number | undefined;
}

/**
 * `mmap`: of a file with PROT_EXEC it is `module.load`, of a file without it `file.map`, of no file `memory.map`.
 */
export interface MappingRow extends Row {
  readonly family: 'mapping';
  readonly bytes: number;
  readonly protection: number;
  readonly descriptor: number;
}

/** A call that no kind of event describes, kept here for what it changes. */
export interface RawRow extends Row {
  readonly family: 'raw';
  readonly effect: Effect;
}

/** No argument names it. */
export const nowhere: PathFrom = {
  name: undefined,
  folder: undefined,
  descriptor: undefined,
  verbatim: undefined,
  how: undefined,
};

/** A name relative to the current directory. */
export function named(name: number): PathFrom {
  return { ...nowhere, name };
}

/** A name relative to a folder's descriptor. */
export function at(folder: number, name: number): PathFrom {
  return { ...nowhere, name, folder };
}

/** The path of an open descriptor. */
export function of(descriptor: number): PathFrom {
  return { ...nowhere, descriptor };
}

/** A text that is no path of the process' own: shown as it stands. */
export function verbatim(name: number, before = ''): PathFrom {
  return { ...nowhere, name, verbatim: before };
}

/** Kinds, for tables that are checked where they stand. */
export type SyscallTable = Readonly<Record<string, SyscallRow>>;
