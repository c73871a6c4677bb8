/** What a table may hold: entries, and characters of the text in them. */
export interface Bounds {
  readonly entries: number;
  readonly characters: number;
}

export interface BoundedMapOptions<Value> extends Bounds {
  /** Characters of a value; asked again when it goes, so it must not change. */
  readonly sizeOf?: (value: Value) => number;
  /** Told of each value that had to make room. */
  readonly onDrop: (value: Value) => void;
}

/** A map that forgets what was put in first when it is full. */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #options: BoundedMapOptions<Value>;
  #characters = 0;

  constructor(options: BoundedMapOptions<Value>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#characters += this.#sizeOf(value);
    while (this.#isOver()) this.#dropOldest();
  }

  /** Removes and returns. */
  delete(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#characters -= this.#sizeOf(value);
    return value;
  }

  /** What was put in first. */
  first(): Value | undefined {
    for (const value of this.#entries.values()) return value;
    return undefined;
  }

  values(): Iterable<Value> {
    return this.#entries.values();
  }

  clear(): void {
    this.#entries.clear();
    this.#characters = 0;
  }

  /** One entry may be larger than all are to be together: it is kept, alone. */
  #isOver(): boolean {
    const { size } = this.#entries;
    return size > this.#options.entries || (size > 1 && this.#characters > this.#options.characters);
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      const dropped = this.delete(key);
      if (dropped !== undefined) this.#options.onDrop(dropped);
      return;
    }
  }

  #sizeOf(value: Value): number {
    return this.#options.sizeOf?.(value) ?? 0;
  }
}
