import { BoundedMap } from './bounded-map.ts';

/** Names remembered at once in each table; the trace's files and keys that are open, and those it listed. */
export const MAX_NAMES = 131_072;
/** Characters of all names of a table. */
export const MAX_NAME_CHARACTERS = 16_777_216;

/** Names by the address of what has them. */
export type Names = BoundedMap<bigint, string>;

export function createNames(onDrop: () => void): Names {
  return new BoundedMap({
    entries: MAX_NAMES,
    characters: MAX_NAME_CHARACTERS,
    sizeOf: name => name.length,
    onDrop,
  });
}

/** What files are called, by the addresses under which operations speak of them. */
export class Files {
  readonly #objects: Names;
  readonly #keys: Names;

  constructor(onDrop: () => void) {
    this.#objects = createNames(onDrop);
    this.#keys = createNames(onDrop);
  }

  /** An open of it, one among others. */
  opened(object: bigint | undefined, name: string): void {
    if (object !== undefined && object !== 0n) this.#objects.set(object, name);
  }

  /** The file itself, whoever has it open. */
  named(key: bigint | undefined, name: string): void {
    if (key !== undefined && key !== 0n) this.#keys.set(key, name);
  }

  /** Its name; who knows it by one address has learnt it for the other. */
  nameOf(object: bigint | undefined, key: bigint | undefined): string | undefined {
    const byObject = object === undefined ? undefined : this.#objects.get(object);
    const byKey = key === undefined ? undefined : this.#keys.get(key);
    if (byObject !== undefined && byKey === undefined) this.named(key, byObject);
    return byObject ?? byKey;
  }

  renamed(object: bigint | undefined, key: bigint | undefined, name: string): void {
    this.opened(object, name);
    this.named(key, name);
  }

  /** The address may be another file's from here on. */
  closed(object: bigint | undefined): void {
    if (object !== undefined) this.#objects.delete(object);
  }

  forgotten(key: bigint | undefined): void {
    if (key !== undefined) this.#keys.delete(key);
  }
}
