import type { Fields } from '../decoded-event.ts';

/** The most bytes of a value's data that are spelled out. */
export const MAX_VALUE_BYTES = 4096;

/** Type and data of a value that was set, as regedit shows them: `REG_SZ "C:\x.exe"`, `REG_DWORD 0x1`. */
export function describeValue(fields: Fields): string | undefined {
  const type = fields.number('Type');
  if (type === undefined) return undefined;
  const name = typeNames[type] ?? `type ${type}`;
  const data = fields.get('CapturedData');
  if (!(data instanceof Uint8Array) || data.length === 0) return name;
  return `${name} ${spellData(type, data.subarray(0, MAX_VALUE_BYTES))}`;
}

/** winnt.h */
const typeNames: Readonly<Record<number, string>> = {
  0: 'REG_NONE',
  1: 'REG_SZ',
  2: 'REG_EXPAND_SZ',
  3: 'REG_BINARY',
  4: 'REG_DWORD',
  5: 'REG_DWORD_BIG_ENDIAN',
  6: 'REG_LINK',
  7: 'REG_MULTI_SZ',
  11: 'REG_QWORD',
};
const textTypes: ReadonlySet<number> = new Set([1, 2, 6, 7]);
const REG_DWORD = 4;
const utf16 = new TextDecoder('utf-16le');

function spellData(type: number, data: Uint8Array): string {
  if (textTypes.has(type)) return JSON.stringify(utf16.decode(data).replace(/\0+$/, ''));
  if (type === REG_DWORD && data.length === 4) {
    return `0x${new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true).toString(16)}`;
  }
  let text = '';
  for (const byte of data) text += byte.toString(16).padStart(2, '0');
  return text;
}
