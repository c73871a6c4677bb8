const SLOTS = 1024;

/**
 * Spells GUIDs, and remembers the spellings: a trace has a few providers and millions of records. The memory is a
 * table of fixed size in which a later GUID takes the place of an earlier one.
 */
export class GuidTexts {
  readonly #words = new Uint32Array(SLOTS * 4);
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => ZERO_GUID);

  at(view: DataView, at: number): string {
    const [a, b] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    const [c, d] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
    const slot = (a ^ b ^ c ^ d ^ (a >>> 16)) & (SLOTS - 1);
    const words = this.#words;
    const first = slot * 4;
    if (words[first] === a && words[first + 1] === b && words[first + 2] === c && words[first + 3] === d)
      return this.#texts[slot] ?? ZERO_GUID;
    const text = readGuid(view, at);
    words.set([a, b, c, d], first);
    this.#texts[slot] = text;
    return text;
  }
}

/** The GUID of nothing: what a field holds when nobody set it. */
export const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** Spells the 16 bytes at `at`: lower case, dashes, the first three parts little-endian. */
export function readGuid(view: DataView, at: number): string {
  const tail = view
    .getUint16(at + 8)
    .toString(16)
    .padStart(4, '0');
  return [
    view.getUint32(at, true).toString(16).padStart(8, '0'),
    view
      .getUint16(at + 4, true)
      .toString(16)
      .padStart(4, '0'),
    view
      .getUint16(at + 6, true)
      .toString(16)
      .padStart(4, '0'),
    tail,
    view
      .getUint16(at + 10)
      .toString(16)
      .padStart(4, '0') +
      view
        .getUint32(at + 12)
        .toString(16)
        .padStart(8, '0'),
  ].join('-');
}
