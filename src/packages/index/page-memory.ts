/** What may be remembered at once, in pages and in the bytes they came as. */
export interface PageLimits {
  readonly pages: number;
  readonly bytes: number;
}

/** A page as it was read, and how many bytes it came as. */
export interface ReadPage<Page> {
  readonly page: Page;
  readonly bytes: number;
}

interface Entry<Page> {
  readonly page: Promise<Page>;
  bytes: number;
}

/** The last pages that were read, for whoever asks for them again. The oldest goes first: a guest chooses what is asked for. */
export class PageMemory<Page> {
  readonly #limits: PageLimits;
  readonly #entries = new Map<string, Entry<Page>>();
  #bytes = 0;

  constructor(limits: PageLimits) {
    this.#limits = limits;
  }

  /** The page of that name, read unless it is remembered. What failed once may be there the next time. */
  get(name: string, read: () => Promise<ReadPage<Page>>): Promise<Page> {
    const known = this.#entries.get(name);
    if (known !== undefined) return known.page;
    const reading = read();
    const entry = { page: reading.then(({ page }) => page), bytes: 0 };
    this.#entries.set(name, entry);
    reading.then(
      ({ bytes }) => this.#weigh(name, entry, bytes),
      () => this.#forget(name, entry),
    );
    this.#forgetOldest();
    return entry.page;
  }

  #weigh(name: string, entry: Entry<Page>, bytes: number): void {
    // It may have been forgotten while it came.
    if (this.#entries.get(name) !== entry) return;
    entry.bytes = bytes;
    this.#bytes += bytes;
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    for (const [name, entry] of this.#entries) {
      if (this.#entries.size <= this.#limits.pages && this.#bytes <= this.#limits.bytes) return;
      this.#forget(name, entry);
    }
  }

  #forget(name: string, entry: Entry<Page>): void {
    if (this.#entries.get(name) !== entry) return;
    this.#entries.delete(name);
    this.#bytes -= entry.bytes;
  }
}
