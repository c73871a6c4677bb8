const encoder = new TextEncoder();
/** V8 copies what is shorter, and puts it together at once. */
const shortestSlice = 13;
/** A byte order mark at the start is text like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Copies a text into memory of its own. V8 keeps all of a string alive for a slice of it:
 * what is kept long must not hold the chunk that it was read from.
 */
export function detachText(text: string): string {
  return text.length < shortestSlice ? text : decoder.decode(encoder.encode(text));
}
