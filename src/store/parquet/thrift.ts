/**
 * A value in Thrift's compact protocol, as the footer of a Parquet file is written. It is read without a description of
 * its fields: whole numbers, lists and structs are taken apart; all else is carried along as the bytes it is made of.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type Thrift =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'opaque'; readonly bytes: Uint8Array }
  | { readonly kind: 'list'; readonly type: number; readonly items: readonly Thrift[] }
  | { readonly kind: 'struct'; readonly fields: readonly ThriftField[] };

export interface ThriftField {
  readonly id: number;
  readonly type: number;
  readonly value: Thrift;
}

/** Reads the fields of the struct that `bytes` begin with; throws when they end before it does. */
export function readFields(bytes: Uint8Array): readonly ThriftField[] {
  return readStruct({ bytes, at: 0 });
}

/** The bytes of a value: those it was read from when nothing in it was changed. */
export function writeThrift(value: Thrift): Uint8Array {
  return Buffer.concat(piecesOf(value));
}

const types = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
} as const;

/** A list of so many or more says how many in a number of its own. */
const longList = 15;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readValue(cursor: Cursor, type: number): Thrift {
  switch (type) {
    case types.i16:
    case types.i32:
    case types.i64:
      return { kind: 'integer', value: readInteger(cursor) };
    case types.byte:
      return readOpaque(cursor, 1);
    case types.double:
      return readOpaque(cursor, 8);
    case types.binary:
      return readBinary(cursor);
    case types.list:
    case types.set:
      return readList(cursor);
    case types.struct:
      return { kind: 'struct', fields: readStruct(cursor) };
    default:
      throw new Error(`no footer of a Parquet file has a value of type ${type}`);
  }
}

function readStruct(cursor: Cursor): readonly ThriftField[] {
  const fields: ThriftField[] = [];
  let id = 0;
  for (let header = readByte(cursor); header !== 0; header = readByte(cursor)) {
    const type = header & 15;
    id = header >> 4 === 0 ? readInteger(cursor) : id + (header >> 4);
    // A field's own type says whether it is true or false: it has no bytes.
    const isBoolean = type === types.true || type === types.false;
    fields.push({ id, type, value: isBoolean ? readOpaque(cursor, 0) : readValue(cursor, type) });
  }
  return fields;
}

function readList(cursor: Cursor): Thrift {
  const header = readByte(cursor);
  const type = header & 15;
  const length = header >> 4 === longList ? readVarint(cursor) : header >> 4;
  const isBoolean = type === types.true || type === types.false;
  const readItem = () => (isBoolean ? readOpaque(cursor, 1) : readValue(cursor, type));
  return { kind: 'list', type, items: Array.from({ length }, readItem) };
}

/** With its length before it. */
function readBinary(cursor: Cursor): Thrift {
  const start = cursor.at;
  const end = readVarint(cursor) + cursor.at;
  cursor.at = start;
  return readOpaque(cursor, end - start);
}

function readOpaque(cursor: Cursor, length: number): Thrift {
  const bytes = cursor.bytes.subarray(cursor.at, cursor.at + length);
  if (bytes.length < length) throw new Error('the footer of a Parquet file ends within a value');
  cursor.at += length;
  return { kind: 'opaque', bytes };
}

function readInteger(cursor: Cursor): number {
  const folded = readVarint(cursor);
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}

/** By arithmetic, since sizes and places of large files do not fit into 32 bits. */
function readVarint(cursor: Cursor): number {
  let [value, scale] = [0, 1];
  for (let byte = readByte(cursor); ; byte = readByte(cursor)) {
    value += (byte & 127) * scale;
    if (!Number.isSafeInteger(value))
      throw new Error('a number in the footer of a Parquet file is too large');
    if (byte < 128) return value;
    scale *= 128;
  }
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw new Error('the footer of a Parquet file ends within a value');
  cursor.at += 1;
  return byte;
}

function piecesOf(value: Thrift): readonly Uint8Array[] {
  switch (value.kind) {
    case 'integer':
      return [integer(value.value)];
    case 'opaque':
      return [value.bytes];
    case 'list':
      return [listHeader(value.type, value.items.length), ...value.items.flatMap(piecesOf)];
    case 'struct':
      return [...fieldPieces(value.fields), Uint8Array.of(0)];
  }
}

function fieldPieces(fields: readonly ThriftField[]): readonly Uint8Array[] {
  return fields.flatMap(({ id, type, value }, index) => {
    const step = id - (fields[index - 1]?.id ?? 0);
    const header =
      step > 0 && step <= 15 ? [Uint8Array.of((step << 4) | type)] : [Uint8Array.of(type), integer(id)];
    return [...header, ...piecesOf(value)];
  });
}

function listHeader(type: number, length: number): Uint8Array {
  if (length < longList) return Uint8Array.of((length << 4) | type);
  return Buffer.concat([Uint8Array.of((longList << 4) | type), varint(length)]);
}

function integer(value: number): Uint8Array {
  return varint(value < 0 ? -2 * value - 1 : 2 * value);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Uint8Array.of(...bytes, left);
}
