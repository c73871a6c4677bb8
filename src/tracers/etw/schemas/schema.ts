import type { FieldType, Layout, ScalarType } from '../fields/layout.ts';

/** How one event of one provider is read, as the trace itself says. */
export interface Schema {
  readonly guid: string;
  readonly id: number;
  readonly version: number;
  readonly provider: string;
  readonly event: string;
  readonly layout: Layout;
}

/** The longest name of a provider, event or field that a trace may give; Windows' own are below 100. */
export const MAX_NAME = 256;
/** The most fields of one event that are read; Windows allows 128. */
export const MAX_FIELDS = 128;

/** A field as a schema describes it: a number of elements or of bytes, fixed or told by another field. */
export interface SchemaField {
  readonly name: string;
  readonly scalar: ScalarType;
  readonly count?: string;
}

/**
 * Fields as a layout. Names that are there already or that the language of layouts gives a meaning are changed: the
 * trace chooses them.
 */
export function toLayout(fields: readonly SchemaField[]): Layout {
  const layout: Record<string, FieldType> = {};
  const keys = new Map<string, string>();
  for (const { name, scalar, count } of fields.slice(0, MAX_FIELDS)) {
    const type: FieldType = count === undefined ? scalar : `${scalar}[${countOf(count, keys)}]`;
    const key = fieldName(name, layout);
    layout[key] = type;
    keys.set(name, key);
  }
  return layout;
}

/** A number, or the field before that has it; what is neither counts nothing. */
function countOf(count: string, keys: ReadonlyMap<string, string>): string {
  return keys.get(count) ?? (/^\d{1,9}$/.test(count) ? count : '0');
}

/** Integer-like keys would be moved to the front of an object, so a name that begins with a digit gets a letter. */
function fieldName(name: string, taken: Layout): string {
  const plain = name.replaceAll(']', ')');
  const base = /^[A-Za-z]/.test(plain) ? plain : `f${plain}`;
  if (!Object.hasOwn(taken, base)) return base;
  return `${base}#${Object.keys(taken).length}`;
}

/** The name of an event as Microsoft's decoders give it: its task, and its opcode where that says something. */
export function eventName(task: string, opcode: string, id: number): string {
  const first = task === '' ? `EventID(${id})` : task;
  return opcode === '' ? first : `${first}/${opcode}`;
}
