import { type Markup, markup } from '../encode/markup.ts';
import type { Sign } from '../facts/signs.ts';

/** A word with its symbol, framed in its tone. */
export function wordOf(word: string, [symbol, tone]: Sign): Markup {
  return markup`<span class="word ${tone}">${symbol} ${word}</span>`;
}
