/** What of a trace lies before us. */
export type EtwForm = 'etl' | 'xml' | 'csv';

/** As many bytes as the form can be told from, where there are so many. */
export const SNIFFED_BYTES = 4096;

/** The form that the first bytes of a file are in; undefined when they are no trace of Windows. */
export function etwFormOf(head: Uint8Array): EtwForm | undefined {
  if (looksLikeEtl(head)) return 'etl';
  const text = textOf(head.subarray(0, SNIFFED_BYTES));
  if (/^\s*(?:<\?xml[^>]*>\s*)?<Events?[\s>]/.test(text))
    return text.includes(EVENT_SCHEMA) ? 'xml' : undefined;
  return /^\s*Event Name\s*,\s*Type\s*,/.test(text) ? 'csv' : undefined;
}

const EVENT_SCHEMA = 'schemas.microsoft.com/win/2004/08/events';

const HEADER_BYTES = 0x48;
const MAX_BUFFER_BYTES = 1 << 30;
const USED_AT = 0x30;
/** Types of the kernel's own record headers, which the first record of a file has. */
const systemTypes: ReadonlySet<number> = new Set([1, 2, 3, 4, 0x10, 0x11]);

/**
 * A file begins with a buffer and has no magic number: its size and how much of it is used have to fit, and its first
 * record must be that of a session: group and opcode 0, under a header of the kernel's.
 */
function looksLikeEtl(head: Uint8Array): boolean {
  if (head.length < HEADER_BYTES + 8) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const size = view.getUint32(0, true);
  const used = view.getUint32(USED_AT, true);
  const [type = 0, flags = 0] = head.subarray(HEADER_BYTES + 2);
  const [opcode, group] = head.subarray(HEADER_BYTES + 6);
  const fits = size > HEADER_BYTES && size <= MAX_BUFFER_BYTES && used > HEADER_BYTES && used <= size;
  return fits && systemTypes.has(type) && (flags & 0xc0) === 0xc0 && opcode === 0 && group === 0;
}

const latin1 = new TextDecoder('latin1');

/** ASCII out of any encoding that printed traces come in. */
function textOf(head: Uint8Array): string {
  return latin1
    .decode(head)
    .replace(/^(?:\xff\xfe|\xef\xbb\xbf)/, '')
    .replaceAll('\0', '');
}
