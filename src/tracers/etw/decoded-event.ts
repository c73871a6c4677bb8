import type { EtwRecord } from './record.ts';

/** A structure or one element of an array of them, by field name. */
export interface FieldStruct {
  readonly [name: string]: FieldValue;
}

/**
 * What a field holds. 8, 16 and 32 bits are numbers; 64 bits and pointers are bigints; FILETIME and SYSTEMTIME are
 * bigints too (100 ns since 1601); GUIDs (lower case, dashes), SIDs (`S-1-5-18`) and addresses are strings.
 */
export type FieldValue =
  | number
  | bigint
  | string
  | boolean
  | Uint8Array
  | readonly FieldValue[]
  | FieldStruct;

/**
 * The fields of one event in their order, under the names of Microsoft's manifests and MOF classes. Read from the
 * payload at the first question, so events nobody asks about cost nothing.
 */
export interface Fields {
  readonly size: number;
  get(name: string): FieldValue | undefined;
  /** The field if it is a number, or a bigint that a number holds exactly. */
  number(name: string): number | undefined;
  /** The field if it is a number or a bigint. */
  bigint(name: string): bigint | undefined;
  /** The field if it is text. */
  text(name: string): string | undefined;
  entries(): Iterable<readonly [string, FieldValue]>;
  /** The same without an object for each: `visit` says whether it wants more. */
  each(visit: (name: string, value: FieldValue) => boolean): void;
  /**
   * `whole`: every byte is a field. `longer`: bytes are left over, as a newer Windows writes. `short`: the payload
   * ended before its fields did; those before are good.
   */
  readonly fit: 'whole' | 'longer' | 'short';
}

/**
 * A record with its names. A trace is read by `new EtlReader(visit)`, `push(chunk)` and `end()`, which hand `EtwSession`,
 * `EtwRecord`, `EtwLost` and `Diagnostic` items to `visit`; `EventDecoder.decode(record)` makes this of each record.
 */
export interface DecodedEvent {
  readonly record: EtwRecord;
  /** `Windows Kernel`, `Microsoft-Windows-Kernel-File`, the name a provider gave itself; its GUID when nobody says. */
  readonly provider: string;
  /** `Process/Start`, `Create`; undefined when no table and no schema in the trace knows it: then there are no fields. */
  readonly event: string | undefined;
  readonly fields: Fields;
}
