const BACKSLASH = 0x5c;

/**
 * Decodes C escapes to the bytes they stand for: `\n`, octal of one to three digits, `\xHH`.
 * A backslash before anything else stands for that byte, one at the end for itself.
 */
export function unescapeC(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const decoded = new Uint8Array(end - start);
  let length = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte !== BACKSLASH || at + 1 >= end) {
      decoded[length++] = byte;
      at += 1;
      continue;
    }
    const read = readEscape(bytes, at + 1, end);
    decoded[length++] = read & 0xff;
    at += 1 + (read >> 8);
  }
  return decoded.subarray(0, length);
}

/** The byte an escape stands for, and above it how many bytes were read: no object for each of thousands. */
function readEscape(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at] ?? 0;
  if (isOctal(byte)) return readOctal(bytes, at, end);
  if (byte === 0x78 && isHex(bytes[at + 1]) && isHex(bytes[at + 2]) && at + 2 < end) {
    return (3 << 8) | (hexValue(bytes[at + 1]) << 4) | hexValue(bytes[at + 2]);
  }
  return (1 << 8) | (letters.get(byte) ?? byte);
}

const letters: ReadonlyMap<number, number> = new Map([
  [0x61, 7],
  [0x62, 8],
  [0x65, 27],
  [0x66, 12],
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
  [0x76, 11],
]);

function readOctal(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  let at = from;
  while (at < end && at < from + 3 && isOctal(bytes[at])) {
    value = value * 8 + (bytes[at] ?? 0) - 0x30;
    at += 1;
  }
  return ((at - from) << 8) | (value & 0xff);
}

function isOctal(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37;
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && hexValue(byte) >= 0;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
