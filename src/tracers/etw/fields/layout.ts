import type { FieldValue } from '../decoded-event.ts';
import type { ReadFields } from '../lazy-fields.ts';
import { PayloadCursor } from './payload-cursor.ts';

/**
 * How one value is stored. `pointer` is as wide as the writer's; `wstr` and `astr` end with a zero; `tokenUser` is the
 * SID of kernel events; `port` is in network order; `bytes` is all that is left.
 */
export type ScalarType = keyof typeof readers;

/**
 * A type, and how many of it: `wstr[32]` is one text in a field of 32 characters, `bytes[Count]` as many bytes as the
 * field `Count` says, `wstrs[Count]` as many texts, `pointer[]` all that are left. `?`: older writers of the same version leave it out.
 */
export type FieldType =
  | ScalarType
  | `${ScalarType}?`
  | `${ScalarType}[${string}]`
  | `wstrs[${string}]`
  | 'sockaddr'
  | `sockaddr[${string}]`;

/** The fields of a payload, in order. A name that begins with `_` is room that nothing stands in. */
export interface Layout {
  readonly [name: string]: FieldType;
}

const readers = {
  u8: cursor => cursor.u8(),
  i8: cursor => cursor.i8(),
  u16: cursor => cursor.u16(),
  i16: cursor => cursor.i16(),
  u32: cursor => cursor.u32(),
  i32: cursor => cursor.i32(),
  u64: cursor => cursor.u64(),
  i64: cursor => cursor.i64(),
  f32: cursor => cursor.f32(),
  f64: cursor => cursor.f64(),
  pointer: cursor => cursor.pointer(),
  bool32: cursor => cursor.u32() !== 0,
  bool8: cursor => cursor.u8() !== 0,
  wstr: cursor => cursor.wideText(),
  astr: cursor => cursor.narrowText(),
  sid: cursor => cursor.sid(),
  tokenUser: cursor => cursor.tokenUser(),
  guid: cursor => cursor.guid(),
  ip4: cursor => cursor.ip4(),
  ip6: cursor => cursor.ip6(),
  port: cursor => cursor.port(),
  filetime: cursor => cursor.u64(),
  systemtime: cursor => cursor.systemTime(),
  align8: cursor => {
    cursor.align(8);
    return 0;
  },
  bytes: cursor => cursor.rest(),
} as const satisfies Record<string, (cursor: PayloadCursor) => FieldValue>;

/** The fields that were read already: one of them may say how many there are of the next. */
interface Before {
  readonly names: readonly string[];
  readonly values: readonly FieldValue[];
}

type FieldReader = (cursor: PayloadCursor, before: Before) => FieldValue;

interface Field {
  readonly name: string;
  readonly isRoom: boolean;
  readonly isOptional: boolean;
  readonly read: FieldReader;
}

/** A layout made ready to read payloads with. */
export class LayoutReader {
  readonly names: readonly string[];
  readonly #fields: readonly Field[];

  constructor(layout: Layout) {
    this.#fields = Object.entries(layout).map(([name, type]) => toField(name, type));
    this.names = this.#fields.filter(({ isRoom }) => !isRoom).map(({ name }) => name);
  }

  read(payload: Uint8Array, pointerSize: 4 | 8): ReadFields {
    const cursor = new PayloadCursor(payload, pointerSize);
    const { names } = this;
    const values: FieldValue[] = [];
    const before: Before = { names, values };
    for (const { isRoom, isOptional, read } of this.#fields) {
      if (isOptional && cursor.left === 0) break;
      const value = read(cursor, before);
      // A text without its end is all that there is of it: kept. Anything else that is not whole is not there.
      if (cursor.isShort && (typeof value !== 'string' || value === '')) break;
      if (!isRoom) values.push(value);
      if (cursor.isShort) break;
    }
    return { names, values, fit: fitOf(cursor) };
  }
}

function numberBefore({ names, values }: Before, name: string): number {
  const value = values[names.indexOf(name)];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
}

function fitOf(cursor: PayloadCursor): ReadFields['fit'] {
  if (cursor.isShort) return 'short';
  return cursor.left === 0 ? 'whole' : 'longer';
}

const SYNTAX = /^(\w+)(?:\[([^\]]*)\])?(\?)?$/;

function toField(name: string, type: FieldType): Field {
  const [, scalar = '', count, optional] = SYNTAX.exec(type) ?? [];
  return {
    name,
    isRoom: name.startsWith('_'),
    isOptional: optional !== undefined,
    read: count === undefined ? readerOf(scalar) : arrayReader(scalar, count),
  };
}

function readerOf(scalar: string): FieldReader {
  if (!isScalar(scalar)) throw new Error(`no such type of field: ${scalar}`);
  return readers[scalar];
}

function isScalar(scalar: string): scalar is ScalarType {
  return Object.hasOwn(readers, scalar);
}

function arrayReader(scalar: string, count: string): FieldReader {
  const fixed = /^\d+$/.test(count) ? Number(count) : undefined;
  const countOf = (before: Before) => fixed ?? numberBefore(before, count);
  switch (scalar) {
    case 'bytes':
      return (cursor, before) => cursor.raw(countOf(before));
    case 'wstr':
      return (cursor, before) => cursor.wideField(countOf(before) * 2);
    case 'astr':
      return (cursor, before) => cursor.narrowField(countOf(before));
    case 'wstrs':
      return elementsReader(readers.wstr, countOf);
    case 'sockaddr':
      return (cursor, before) => cursor.socketAddress(countOf(before));
    default:
      return elementsReader(readerOf(scalar), count === '' ? () => Number.POSITIVE_INFINITY : countOf);
  }
}

/** Every element takes a byte or more, so there are never more of them than bytes, whatever the count says. */
function elementsReader(read: FieldReader, countOf: (before: Before) => number): FieldReader {
  return (cursor, before) => {
    const count = countOf(before);
    const isToEnd = count === Number.POSITIVE_INFINITY;
    const elements: FieldValue[] = [];
    while (elements.length < count && !cursor.isShort && !(isToEnd && cursor.left === 0)) {
      elements.push(read(cursor, before));
    }
    return elements;
  };
}
