import type { Fields, FieldValue } from './decoded-event.ts';

/** What a layout gave for one payload: the values beside the names of them, which all events of a kind share. */
export interface ReadFields {
  readonly names: readonly string[];
  readonly values: readonly FieldValue[];
  readonly fit: Fields['fit'];
}

/** Fields that are read at the first question. */
export class LazyFields implements Fields {
  #read: (() => ReadFields) | undefined;
  #found: ReadFields = nothing;

  constructor(read: () => ReadFields) {
    this.#read = read;
  }

  get size(): number {
    return this.#all().values.length;
  }

  get fit(): Fields['fit'] {
    return this.#all().fit;
  }

  get(name: string): FieldValue | undefined {
    const { names, values } = this.#all();
    const at = names.indexOf(name);
    return at < 0 ? undefined : values[at];
  }

  number(name: string): number | undefined {
    const value = this.get(name);
    if (typeof value === 'number') return value;
    if (typeof value !== 'bigint') return undefined;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : undefined;
  }

  bigint(name: string): bigint | undefined {
    const value = this.get(name);
    if (typeof value === 'bigint') return value;
    return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  entries(): Iterable<readonly [string, FieldValue]> {
    const { names, values } = this.#all();
    return values.map((value, at) => [names[at] ?? '', value] as const);
  }

  each(visit: (name: string, value: FieldValue) => boolean): void {
    const { names, values } = this.#all();
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at];
      if (value !== undefined && !visit(names[at] ?? '', value)) return;
    }
  }

  #all(): ReadFields {
    if (this.#read !== undefined) {
      this.#found = this.#read();
      this.#read = undefined;
    }
    return this.#found;
  }
}

const nothing: ReadFields = { names: [], values: [], fit: 'whole' };
