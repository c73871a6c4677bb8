const HEADER_BYTES = 12;
const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
const utf8 = new TextDecoder();

/**
 * Returns the first name asked for when `message` is a DNS query (RFC 1035 section 4.1), lossily decoded.
 * A query's first name is never compressed, so each step goes forward and the name's own limit ends it.
 */
export function readDnsQuestion(message: Uint8Array): string | undefined {
  const isQuery = ((message[2] ?? 0x80) & 0xf8) === 0;
  const questions = ((message[4] ?? 0) << 8) | (message[5] ?? 0);
  if (!isQuery || questions === 0) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let size = message[at]; size !== 0; size = message[at]) {
    const next = at + 1 + (size ?? 0);
    if (size === undefined || size > MAX_LABEL_BYTES || next - HEADER_BYTES > MAX_NAME_BYTES)
      return undefined;
    if (next >= message.length) return undefined;
    labels.push(utf8.decode(message.subarray(at + 1, next)));
    at = next;
  }
  return labels.length === 0 || at + 4 >= message.length ? undefined : labels.join('.');
}
