import { ByteWriter } from './byte-writer.ts';

interface Where {
  readonly pid?: number;
  readonly tid?: number;
  /** In units of the trace's clock. */
  readonly time?: number | bigint;
  readonly version?: number;
  readonly pointerSize?: 4 | 8;
}

const IS_EVENT = 0xc0;

/** A record of the kernel's own logger, with process and thread (`full`), without processor times, or with neither. */
export function systemRecord(
  [group, opcode]: readonly [group: number, opcode: number],
  payload: Uint8Array,
  { form = 'full', ...where }: Where & { readonly form?: 'full' | 'compact' | 'perfinfo' } = {},
): Uint8Array {
  const { pid = 100, tid = 101, time = 0, version = 4, pointerSize = 8 } = where;
  const type = { full: 1, compact: 3, perfinfo: 16 }[form] + (pointerSize === 8 ? 1 : 0);
  const headerBytes = { full: 32, compact: 24, perfinfo: 16 }[form];
  const writer = new ByteWriter().u16(version).u8(type, IS_EVENT);
  writer.u16(headerBytes + payload.length).u8(opcode, group);
  if (form !== 'perfinfo') writer.u32(tid, pid);
  return writer.u64(time).pad(headerBytes).raw(payload).done();
}

/** A record of a classic (MOF) provider; an instance's has 24 bytes more. */
export function classicRecord(
  [provider, opcode]: readonly [provider: string, opcode: number],
  payload: Uint8Array,
  {
    isInstance = false,
    level = 0,
    ...where
  }: Where & { readonly isInstance?: boolean; readonly level?: number } = {},
): Uint8Array {
  const { pid = 100, tid = 101, time = 0, version = 0, pointerSize = 8 } = where;
  const type = (isInstance ? 11 : 10) + (pointerSize === 8 ? 10 : 0);
  const headerBytes = isInstance ? 72 : 48;
  const writer = new ByteWriter().u16(headerBytes + payload.length).u8(type, IS_EVENT);
  writer.u8(opcode, level).u16(version).u32(tid, pid).u64(time).guid(provider);
  return writer.pad(headerBytes).raw(payload).done();
}

export interface EventFields extends Where {
  readonly opcode?: number;
  readonly level?: number;
  readonly channel?: number;
  readonly task?: number;
  readonly keyword?: bigint;
  readonly activity?: string;
  readonly extended?: readonly { readonly type: number; readonly data: Uint8Array }[];
}

/** A record of a manifest or TraceLogging provider. */
export function eventRecord(
  [provider, id]: readonly [provider: string, id: number],
  payload: Uint8Array,
  fields: EventFields = {},
): Uint8Array {
  const { pid = 100, tid = 101, time = 0, version = 0, pointerSize = 8, extended = [] } = fields;
  const { opcode = 0, level = 4, channel = 0, task = 0, keyword = 0n, activity } = fields;
  const items = extendedItems(extended);
  const writer = new ByteWriter().u16(80 + items.length + payload.length);
  writer.u8(pointerSize === 8 ? 0x13 : 0x12, IS_EVENT).u16(extended.length > 0 ? 1 : 0, 0);
  writer.u32(tid, pid).u64(time).guid(provider);
  writer.u16(id).u8(version, channel, level, opcode).u16(task).u64(keyword, 0);
  if (activity !== undefined) writer.guid(activity);
  return writer.pad(80).raw(items).raw(payload).done();
}

/** A WPP message with every part that its header can have. */
export function messageRecord(
  provider: string,
  number: number,
  { pid = 100, tid = 101, time = 0 }: Where = {},
): Uint8Array {
  const writer = new ByteWriter().u16(48).u8(0, 0x90).u16(number, 0x2b).u32(1);
  return writer.guid(provider).u64(time).u32(tid, pid).u32(0xdddd).done().slice(0, 48);
}

function extendedItems(items: NonNullable<EventFields['extended']>): Uint8Array {
  const writer = new ByteWriter();
  for (const [index, { type, data }] of items.entries()) {
    const bytes = Math.ceil((8 + data.length) / 8) * 8;
    writer
      .u16(bytes, type, index + 1 < items.length ? 1 : 0, data.length)
      .raw(data)
      .align(8);
  }
  return writer.done();
}
