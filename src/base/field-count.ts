import protobuf from 'protobufjs';

/**
 * Whether a message and the messages in it have at most `limit` fields together, without making anything of them: two
 * bytes of an empty entry become hundreds once they are decoded. Throws on what is no message.
 */
export function hasAtMostFields(message: Uint8Array, limit: number): boolean {
  const reader = protobuf.Reader.create(message);
  let fields = 0;
  while (reader.pos < message.length) {
    const tag = reader.uint32();
    fields += 1;
    if ((tag & 7) !== lengthDelimited) reader.skipType(tag & 7);
    else {
      const end = reader.uint32() + reader.pos;
      for (; reader.pos < end && fields <= limit; fields += 1) reader.skipType(reader.uint32() & 7);
      // A field that reaches beyond its message.
      if (reader.pos > end) return false;
    }
    if (fields > limit) return false;
  }
  return true;
}

/** The wire type of messages, texts and bytes. */
const lengthDelimited = 2;
