import { ByteWriter } from './byte-writer.ts';

/** A field of a TraceLogging schema: its type, how many (`fixed` or `counted`), and for a structure its members. */
export interface SchemaFieldOf {
  readonly name: string;
  readonly type: number;
  readonly out?: number;
  readonly fixed?: number;
  readonly counted?: boolean;
  readonly members?: readonly SchemaFieldOf[];
}

const STRUCT = 24;
const FIXED = 0x20;
const COUNTED = 0x40;
const OUT_FOLLOWS = 0x80;

/** The extended items by which a TraceLogging event describes itself. */
export function traceLoggingItems(provider: string, event: string, fields: readonly SchemaFieldOf[]) {
  const schema = new ByteWriter().u8(0).narrow(event);
  for (const field of fields) writeField(schema, field);
  const traits = new ByteWriter().narrow(provider).done();
  return [
    {
      type: 12,
      data: new ByteWriter()
        .u16(traits.length + 2)
        .raw(traits)
        .done(),
    },
    {
      type: 11,
      data: new ByteWriter()
        .u16(schema.length + 2)
        .raw(schema.done())
        .done(),
    },
  ] as const;
}

function writeField(writer: ByteWriter, { name, type, out, fixed, counted, members }: SchemaFieldOf): void {
  const outType = members === undefined ? out : members.length;
  const kind = (members === undefined ? type : STRUCT) | (outType === undefined ? 0 : OUT_FOLLOWS);
  writer.narrow(name).u8(kind | (fixed === undefined ? 0 : FIXED) | (counted === true ? COUNTED : 0));
  if (outType !== undefined) writer.u8(outType);
  if (fixed !== undefined) writer.u16(fixed);
  for (const member of members ?? []) writeField(writer, member);
}

/** A chunk of the manifest that .NET's EventSource writes. */
export function manifestChunk(
  text: string,
  [number, total]: readonly [number: number, total: number] = [0, 1],
): Uint8Array {
  return new ByteWriter().u8(1, 1, 0, 0x5b).u16(total, number).raw(Buffer.from(text)).done();
}

/** A property of `TRACE_EVENT_INFO`. */
export interface InfoProperty {
  readonly name: string;
  readonly inType: number;
  readonly flags?: number;
  readonly count?: number;
  readonly length?: number;
}

/** `TRACE_EVENT_INFO`, as merging writes it into a trace. */
export function eventInfo(
  guid: string,
  {
    id,
    version = 0,
    opcode = 0,
  }: { readonly id: number; readonly version?: number; readonly opcode?: number },
  [provider, task, opcodeName]: readonly [string, string, string],
  properties: readonly InfoProperty[],
): Uint8Array {
  const namesAt = 112 + properties.length * 24;
  const names = new ByteWriter();
  const place = (name: string) => {
    const at = namesAt + names.length;
    names.wide(name);
    return at;
  };
  const [providerAt, taskAt, opcodeAt] = [place(provider), place(task), place(opcodeName)];
  const writer = new ByteWriter().guid(guid).guid(guid).u16(id).u8(version, 0, 4, opcode).u16(1).u64(0);
  writer.u32(
    0,
    providerAt,
    0,
    0,
    0,
    taskAt,
    opcodeAt,
    0,
    0,
    0,
    0,
    0,
    0,
    properties.length,
    properties.length,
    0,
  );
  for (const { name, inType, flags = 0, count = 1, length = 0 } of properties) {
    writer.u32(flags, place(name)).u16(inType, 0).u32(0).u16(count, length).u32(0);
  }
  return writer.raw(names.done()).done();
}
