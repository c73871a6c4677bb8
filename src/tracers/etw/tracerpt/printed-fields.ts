import { detachText } from '../../../base/detach-text.ts';
import type { Fields, FieldValue } from '../decoded-event.ts';

/** Fields that were printed: what they are is known when they are asked for. */
export class PrintedFields implements Fields {
  readonly fit = 'whole';
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  get size(): number {
    return this.#texts.size;
  }

  get(name: string): FieldValue | undefined {
    return this.#texts.get(name);
  }

  number(name: string): number | undefined {
    const value = this.bigint(name);
    const number = value === undefined ? undefined : Number(value);
    return Number.isSafeInteger(number) ? number : undefined;
  }

  bigint(name: string): bigint | undefined {
    const text = this.#texts.get(name)?.trim();
    if (text === undefined || !numeral.test(text)) return undefined;
    return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
  }

  text(name: string): string | undefined {
    const text = this.#texts.get(name);
    // Names of files and processes are remembered: a slice would keep the chunk of the trace that it was read from.
    return text === undefined ? undefined : detachText(text);
  }

  each(visit: (name: string, value: FieldValue) => boolean): void {
    for (const [name, text] of this.#texts) if (!visit(name, text)) return;
  }

  entries(): Iterable<readonly [string, FieldValue]> {
    return this.#texts.entries();
  }
}

/** No larger than 64 bits; a longer run of digits is no number. */
const numeral = /^(?:0x[0-9a-f]{1,16}|-?\d{1,20})$/i;
