/** Texts longer than this are long: paths and arguments that people write are shorter. In UTF-16 units. */
export const longText = 512;
/** Characters of long texts that a run's events may hold; a real install has some hundred thousand. */
export const longCharacters = 1 << 24;

/**
 * Bounds what the long texts of a run come to: a flood of them that never repeat would not fit into the engine's memory,
 * and the run would be lost. Once it is spent, long texts are cut and marked `truncated`; raw evidence has them whole.
 */
export class TextBudget {
  #left: number;

  constructor(characters: number = longCharacters) {
    this.#left = characters;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Takes the lengths of texts; only the long ones count. */
  spend(length: number): void {
    if (length > longText) this.#left -= length;
  }
}
