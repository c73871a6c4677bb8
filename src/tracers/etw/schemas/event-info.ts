import { readGuid } from '../container/guid-texts.ts';
import { scalarOf } from './in-types.ts';
import { eventName, MAX_FIELDS, MAX_NAME, type Schema, type SchemaField, toLayout } from './schema.ts';

const HEADER_BYTES = 112;
const PROPERTY_BYTES = 24;
const IS_STRUCT = 0x01;
const LENGTH_IN_FIELD = 0x02;
const COUNT_IN_FIELD = 0x04;

/**
 * Reads `TRACE_EVENT_INFO`, which merging puts into a trace before the first event of each kind (KernelTraceControl,
 * opcode 32): the event's manifest, with all names. Undefined when it is none.
 */
export function readEventInfo(payload: Uint8Array): Schema | undefined {
  if (payload.length < HEADER_BYTES) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const nameAt = (at: number) => readName(view, view.getUint32(at, true));
  const id = view.getUint16(32, true);
  const opcode = view.getUint8(37) === 0 ? '' : nameAt(72).replace(/^win:/, '');
  return {
    guid: readGuid(view, 0),
    id,
    version: view.getUint8(34),
    provider: nameAt(52),
    event: eventName(nameAt(68), opcode, id),
    layout: toLayout(readFields(view)),
  };
}

/** Up to the first field that is a structure: what follows cannot be placed. */
function readFields(view: DataView): SchemaField[] {
  const count = Math.min(view.getUint32(104, true), MAX_FIELDS);
  const names: string[] = [];
  const fields: SchemaField[] = [];
  for (let at = HEADER_BYTES; names.length < count && at + PROPERTY_BYTES <= view.byteLength; ) {
    const field = readField(view, at, names);
    if (field === undefined) break;
    names.push(field.name);
    fields.push(field);
    at += PROPERTY_BYTES;
  }
  return fields;
}

function readField(view: DataView, at: number, before: readonly string[]): SchemaField | undefined {
  const flags = view.getUint32(at, true);
  const scalar = scalarOf(view.getUint16(at + 8, true));
  if ((flags & IS_STRUCT) !== 0 || scalar === undefined) return undefined;
  const name = readName(view, view.getUint32(at + 4, true));
  const [count, length] = [view.getUint16(at + 16, true), view.getUint16(at + 18, true)];
  if ((flags & LENGTH_IN_FIELD) !== 0) return { name, scalar, count: before[length] ?? '0' };
  if ((flags & COUNT_IN_FIELD) !== 0) return { name, scalar, count: before[count] ?? '0' };
  if (count > 1) return { name, scalar, count: String(count) };
  const isSized = scalar === 'bytes' || scalar === 'wstr' || scalar === 'astr';
  return isSized && length > 0 ? { name, scalar, count: String(length) } : { name, scalar };
}

/** Offset 0 says that there is no name. Names of Windows' own manifests end in a space. */
function readName(view: DataView, at: number): string {
  if (at === 0) return '';
  let text = '';
  for (let next = at; next + 2 <= view.byteLength && text.length < MAX_NAME; next += 2) {
    const unit = view.getUint16(next, true);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text.trim();
}
