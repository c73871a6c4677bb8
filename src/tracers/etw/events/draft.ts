import { wellFormed } from '../../../base/well-formed.ts';
import type { EventFlag, EventKind, Origin, RawEvent } from '../../../model/event.ts';
import type { DecodedEvent, FieldValue } from '../decoded-event.ts';
import type { Process } from '../state/processes.ts';

/** The longest path that is kept: Windows has no longer ones. */
export const MAX_PATH_TEXT = 32_767;
/** The longest text of arguments that is kept, but for command lines, which Windows itself bounds. */
export const MAX_ARGUMENT_TEXT = 4096;
/** The most bytes of a field that are spelled out. */
export const MAX_FIELD_BYTES = 64;

/** An event while it is being made. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };
export type Common = Draft<Omit<RawEvent, 'kind'>>;

/** What every event of a record has in common. */
export interface Began {
  readonly seq: number;
  readonly atNs: number;
  readonly origin: Origin;
  /** `Kernel-File/Create`, `Process/Start`. */
  readonly call: string;
}

/** Starts an event of a record; `process` is who did it, undefined when the record does not say. */
export function startEvent<Kind extends EventKind>(
  kind: Kind,
  event: DecodedEvent,
  began: Began,
  process: Process | undefined,
): Common & { kind: Kind } {
  const { record } = event;
  const draft: Common & { kind: Kind } = {
    seq: began.seq,
    at_ns: began.atNs,
    kind,
    proc: process?.proc ?? 0,
    pid: process?.pid ?? 0,
    tid: Math.max(0, record.tid),
    call: began.call,
    origin: began.origin,
    source_offset: record.source_offset,
    source_length: record.source_length,
  };
  return draft;
}

/** Adds a mark, once. */
export function flag(draft: { flags?: readonly EventFlag[] }, mark: EventFlag): void {
  if (draft.flags === undefined) draft.flags = [mark];
  else if (!draft.flags.includes(mark)) draft.flags = [...draft.flags, mark];
}

/** A text of the trace that the store can hold, cut and marked when it is too long. */
export function keepText(
  draft: { flags?: readonly EventFlag[] },
  text: string,
  limit: number = MAX_PATH_TEXT,
): string {
  const kept = wellFormed(text.length > limit ? text.slice(0, limit) : text);
  if (text.length > limit) flag(draft, 'truncated');
  return kept;
}

/** All fields, or those named, as `name=value` words. */
export function describeFields(
  draft: { flags?: readonly EventFlag[] },
  event: DecodedEvent,
  names?: readonly string[],
): string | undefined {
  // Joined once: adding to a text makes one for each part, which took a third of all time.
  const parts: string[] = [];
  let length = 0;
  event.fields.each((name, value) => {
    if (names !== undefined && !names.includes(name)) return true;
    const spelled = spell(value);
    length += name.length + spelled.length;
    parts.push(parts.length === 0 ? '' : ' ', name, '=', spelled);
    return length <= MAX_ARGUMENT_TEXT;
  });
  return parts.length === 0 ? undefined : keepText(draft, parts.join(''), MAX_ARGUMENT_TEXT);
}

/** Bytes as hexadecimal digits, cut. */
export function spellBytes(bytes: Uint8Array): string {
  const shown = bytes.length > MAX_FIELD_BYTES ? bytes.subarray(0, MAX_FIELD_BYTES) : bytes;
  let text = '';
  for (const byte of shown) text += hexOf[byte] ?? '';
  return bytes.length > MAX_FIELD_BYTES ? `${text}…` : text;
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Text is quoted as in JSON, so that where it ends is plain; what is large is cut. */
function spell(value: FieldValue, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_ARGUMENT_TEXT));
  if (typeof value !== 'object') return typeof value === 'bigint' ? spellBigint(value) : String(value);
  if (value instanceof Uint8Array) return spellBytes(value);
  if (depth >= MAX_DEPTH) return '…';
  const parts = Array.isArray(value)
    ? value.slice(0, MAX_PARTS).map((part: FieldValue) => spell(part, depth + 1))
    : Object.entries(value)
        .slice(0, MAX_PARTS)
        .map(([name, part]) => `${name}=${spell(part, depth + 1)}`);
  return Array.isArray(value) ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}

const MAX_DEPTH = 4;
const MAX_PARTS = 64;

/** Addresses are read in hexadecimal, counts are not: what is an address is large. */
function spellBigint(value: bigint): string {
  return value >= ADDRESS_FLOOR ? `0x${value.toString(16)}` : value.toString();
}

const ADDRESS_FLOOR = 0x1_0000_0000n;
