/** A path of the guest as text, and, where it is no UTF-8, a text that no other path has. */
export interface ReadPath {
  readonly text: string;
  readonly raw: string | undefined;
}

/** Decodes a path; its segments are told apart also where they are no UTF-8 and so read the same. */
export function readPath(bytes: Uint8Array): ReadPath {
  try {
    return { text: exact.decode(bytes), raw: undefined };
  } catch {
    const segments = Buffer.from(bytes).toString('latin1').split('/');
    return { text: lossy.decode(bytes), raw: segments.map(readSegment).join('/') };
  }
}

const exact = new TextDecoder('utf-8', { fatal: true });
const lossy = new TextDecoder();
/** Half of a character, which no UTF-8 decodes to. */
const mark = '\udc00';

/** A segment that is UTF-8 reads as it does elsewhere, so that a folder is the beginning of what is in it. */
function readSegment(latin1: string): string {
  try {
    return exact.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return mark + latin1;
  }
}
