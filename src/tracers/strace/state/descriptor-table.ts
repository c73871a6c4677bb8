import type { Target } from '../grammar/descriptor.ts';

/** Descriptors remembered for one process: Linux' default hard limit. Beyond it, only decorations tell paths. */
export const MAX_DESCRIPTORS = 4096;

interface Entry {
  readonly target: Target;
  readonly closeOnExec: boolean;
}

/** What a process' open descriptors are. A child's copy costs nothing until one of the two changes it. */
export class DescriptorTable {
  #entries: Map<number, Entry>;
  #isShared = false;

  constructor(entries: Map<number, Entry> = new Map()) {
    this.#entries = entries;
  }

  get(descriptor: number): Target | undefined {
    return this.#entries.get(descriptor)?.target;
  }

  /** Returns false when the table is full. */
  set(descriptor: number, target: Target, closeOnExec: boolean): boolean {
    if (this.#entries.size >= MAX_DESCRIPTORS && !this.#entries.has(descriptor)) return false;
    this.#own().set(descriptor, { target, closeOnExec });
    return true;
  }

  delete(descriptor: number): void {
    if (this.#entries.has(descriptor)) this.#own().delete(descriptor);
  }

  /** Forgets a whole range at once. */
  deleteRange(first: number, last: number): void {
    for (const descriptor of [...this.#entries.keys()]) {
      if (descriptor >= first && descriptor <= last) this.#own().delete(descriptor);
    }
  }

  /** A running program is replaced: what was marked to be closed then is. */
  closeOnExec(): void {
    for (const [descriptor, entry] of [...this.#entries]) {
      if (entry.closeOnExec) this.#own().delete(descriptor);
    }
  }

  fork(): DescriptorTable {
    this.#isShared = true;
    const copy = new DescriptorTable(this.#entries);
    copy.#isShared = true;
    return copy;
  }

  #own(): Map<number, Entry> {
    if (this.#isShared) {
      this.#entries = new Map(this.#entries);
      this.#isShared = false;
    }
    return this.#entries;
  }
}
