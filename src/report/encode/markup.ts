import { jsonText } from '../../base/json-text.ts';
import { shown } from './shown.ts';

/** What may stand in a template: markup as it is, everything else as text. */
export type MarkupPart = Markup | string | number | undefined | readonly MarkupPart[];

/** HTML or XML that `markup` made: no text of a package is ever taken for it. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/**
 * The one way to HTML and XML: what stands in the template is ours, every value is encoded as visible text, which has
 * none of the characters that XML 1.0 cannot hold (NUL, ESC, lone surrogates, U+FFFE). Values may stand between tags
 * and in quoted attributes that hold no URL; nowhere else. There are no CDATA sections that `]]>` could end.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupPart[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...values.map(encode)));
}

/** Data in a page, for programs: no browser runs it, and it holds no `<` that could end its element. */
export function jsonIsland(id: string, value: unknown): Markup {
  return markup`<script type="application/json" id="${id}">${new Markup(jsonText(value))}</script>`;
}

/** A style sheet of ours, as it is. */
export function styleElement(sheet: string): Markup {
  return new Markup(`<style>${sheet}</style>`);
}

function encode(value: MarkupPart): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'string') return shown(value).replace(/[&<>"'`]/g, toReference);
  if (typeof value === 'number') return String(value);
  return value.map(encode).join('');
}

function toReference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
