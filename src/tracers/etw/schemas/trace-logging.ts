import type { FieldStruct, FieldValue } from '../decoded-event.ts';
import { PayloadCursor } from '../fields/payload-cursor.ts';
import type { ReadFields } from '../lazy-fields.ts';
import type { EtwRecord } from '../record.ts';

const SCHEMA_ITEM = 11;
const TRAITS_ITEM = 12;

/** Values of one event that are read, elements of arrays and members of structures included. */
export const MAX_VALUES = 4096;
/** Structures inside structures. */
export const MAX_DEPTH = 8;

/** What a self-described event says about itself before its fields. */
export interface TraceLoggingEvent {
  readonly provider: string | undefined;
  readonly event: string;
  read(): ReadFields;
}

/** Reads the schema that a TraceLogging event carries; undefined when it has none, or a broken one. */
export function readTraceLogging(record: EtwRecord): TraceLoggingEvent | undefined {
  const { extended } = record;
  const schema = extended.find(({ type }) => type === SCHEMA_ITEM);
  if (schema === undefined) return undefined;
  const cursor = new PayloadCursor(schema.data, 8);
  cursor.u16();
  skipTags(cursor);
  const event = cursor.narrowText();
  if (cursor.isShort) return undefined;
  const traits = extended.find(({ type }) => type === TRAITS_ITEM);
  return {
    provider: traits === undefined ? undefined : readProvider(traits.data),
    event,
    read: () => new Reader(cursor, new PayloadCursor(record.payload, record.pointerSize)).read(),
  };
}

/** A size of two bytes, then the provider's name. */
function readProvider(traits: Uint8Array): string | undefined {
  const cursor = new PayloadCursor(traits, 8);
  cursor.u16();
  const name = cursor.narrowText();
  return cursor.isShort ? undefined : name;
}

/** Bytes of which the highest bit says that another follows. */
function skipTags(cursor: PayloadCursor): void {
  while (!cursor.isShort && (cursor.u8() & MORE) !== 0);
}

const MORE = 0x80;
const IN_TYPE = 0x1f;
const COUNT_KIND = 0x60;
const COUNT_FIXED = 0x20;
const COUNT_VARIABLE = 0x40;
const COUNT_CUSTOM = 0x60;
const OUT_TYPE = 0x7f;
const STRUCT = 24;
const OUT_PORT = 5;
const OUT_IPV4 = 7;
const OUT_BOOLEAN = 3;

/** A field's description: what it is, how many there are, and for a structure how many fields follow as its members. */
interface Description {
  readonly name: string;
  readonly inType: number;
  readonly outType: number;
  readonly countKind: number;
  readonly fixedCount: number;
  readonly members: readonly Description[];
}

class Reader {
  readonly #schema: PayloadCursor;
  readonly #payload: PayloadCursor;
  #values = 0;

  constructor(schema: PayloadCursor, payload: PayloadCursor) {
    this.#schema = schema;
    this.#payload = payload;
  }

  read(): ReadFields {
    const names: string[] = [];
    const values: FieldValue[] = [];
    while (this.#schema.left > 0 && !this.#isOver()) {
      const field = this.#describe(0);
      if (field === undefined) break;
      const value = this.#readField(field);
      if (this.#isOver() && (typeof value !== 'string' || value === '')) break;
      names.push(field.name);
      values.push(value);
    }
    return { names, values, fit: this.#fit() };
  }

  #fit(): ReadFields['fit'] {
    if (this.#isOver()) return 'short';
    return this.#payload.left === 0 ? 'whole' : 'longer';
  }

  #isOver(): boolean {
    return this.#payload.isShort || this.#values > MAX_VALUES;
  }

  #describe(depth: number): Description | undefined {
    const schema = this.#schema;
    const name = schema.narrowText();
    const kind = schema.u8();
    const out = (kind & MORE) === 0 ? 0 : schema.u8();
    if ((out & MORE) !== 0) skipTags(schema);
    const countKind = kind & COUNT_KIND;
    const fixedCount = countKind === COUNT_FIXED ? schema.u16() : 0;
    if (countKind === COUNT_CUSTOM) schema.raw(schema.u16());
    if (schema.isShort) return undefined;
    const field = { name, inType: kind & IN_TYPE, outType: out & OUT_TYPE, countKind, fixedCount };
    if (field.inType !== STRUCT) return { ...field, members: [] };
    const members = this.#describeMembers(field.outType, depth + 1);
    return members === undefined ? undefined : { ...field, members };
  }

  #describeMembers(count: number, depth: number): Description[] | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const members: Description[] = [];
    for (let index = 0; index < count; index += 1) {
      const member = this.#describe(depth);
      if (member === undefined) return undefined;
      members.push(member);
    }
    return members;
  }

  #readField(field: Description): FieldValue {
    switch (field.countKind) {
      case COUNT_FIXED:
        return this.#readArray(field, field.fixedCount);
      case COUNT_VARIABLE:
        return this.#readArray(field, this.#payload.u16());
      case COUNT_CUSTOM:
        return this.#payload.raw(this.#payload.u16());
      default:
        return this.#readOne(field);
    }
  }

  #readArray(field: Description, count: number): FieldValue {
    const elements: FieldValue[] = [];
    while (elements.length < count && !this.#isOver()) elements.push(this.#readOne(field));
    return elements;
  }

  #readOne(field: Description): FieldValue {
    this.#values += 1;
    if (field.inType !== STRUCT) return readScalar(this.#payload, field.inType, field.outType);
    const entries: [string, FieldValue][] = [];
    for (const member of field.members) {
      if (this.#isOver()) break;
      entries.push([member.name, this.#readField(member)]);
    }
    return Object.fromEntries(entries) satisfies FieldStruct;
  }
}

/** `TlgIn*`, in the order of their numbers. */
const scalars: readonly ((cursor: PayloadCursor, outType: number) => FieldValue)[] = [
  () => '',
  cursor => cursor.wideText(),
  cursor => cursor.narrowText(),
  cursor => cursor.i8(),
  (cursor, out) => (out === OUT_BOOLEAN ? cursor.u8() !== 0 : cursor.u8()),
  cursor => cursor.i16(),
  (cursor, out) => (out === OUT_PORT ? cursor.port() : cursor.u16()),
  cursor => cursor.i32(),
  (cursor, out) => (out === OUT_IPV4 ? cursor.ip4() : cursor.u32()),
  cursor => cursor.i64(),
  cursor => cursor.u64(),
  cursor => cursor.f32(),
  cursor => cursor.f64(),
  cursor => cursor.u32() !== 0,
  cursor => cursor.raw(cursor.u16()),
  cursor => cursor.guid(),
  cursor => cursor.pointer(),
  cursor => cursor.u64(),
  cursor => cursor.systemTime(),
  cursor => cursor.sid(),
  cursor => cursor.u32(),
  cursor => cursor.u64(),
  cursor => cursor.wideField(cursor.u16()),
  cursor => cursor.narrowField(cursor.u16()),
  () => '',
  cursor => cursor.raw(cursor.u16()),
];

/** A type without a row has a size nobody knows: it takes the rest. */
function readScalar(cursor: PayloadCursor, inType: number, outType: number): FieldValue {
  return scalars[inType]?.(cursor, outType) ?? cursor.rest();
}
