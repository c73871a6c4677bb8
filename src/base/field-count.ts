/**
 * Whether a protobuf message and the messages in it have at most `limit` fields together, without making anything of them:
 * two bytes of an empty entry become hundreds once they are decoded. False also for what is no message. Counts one level
 * deep, and groups as if they were not there.
 */
export function hasAtMostFields(message: Uint8Array, limit: number): boolean {
  const cursor = { at: 0 };
  let fields = 0;
  while (cursor.at < message.length) {
    const type = readVarint(message, cursor) & 7;
    fields += 1;
    const end =
      type === lengthDelimited ? readVarint(message, cursor) + cursor.at : skipField(message, cursor, type);
    for (; type === lengthDelimited && cursor.at < end && fields <= limit; fields += 1) {
      cursor.at = skipField(message, cursor, readVarint(message, cursor) & 7);
    }
    cursor.at = end;
    if (fields > limit || end > message.length) return false;
  }
  return true;
}

/** Where a reader of bytes stands. */
interface Cursor {
  at: number;
}

const lengthDelimited = 2;
const maxVarintBytes = 10;

/** Where the field ends whose tag was read; beyond all bytes when it has no end. */
function skipField(message: Uint8Array, cursor: Cursor, type: number): number {
  if (type === 0) readVarint(message, cursor);
  if (type === 1) return cursor.at + 8;
  if (type === 5) return cursor.at + 4;
  if (type === lengthDelimited) return readVarint(message, cursor) + cursor.at;
  return type > 5 ? Number.POSITIVE_INFINITY : cursor.at;
}

function readVarint(message: Uint8Array, cursor: Cursor): number {
  let value = 0;
  for (let index = 0; index < maxVarintBytes; index += 1) {
    const byte = message[cursor.at] ?? 0;
    cursor.at += 1;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return value;
  }
  return Number.POSITIVE_INFINITY;
}
