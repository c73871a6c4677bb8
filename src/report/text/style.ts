import { clip } from '../../base/clip.ts';
import { visible } from '../../base/visible.ts';
import type { Tone } from '../facts/signs.ts';

/** How text for people is set. */
export interface TextOptions {
  /** Colours are only ever added to symbols and words that already say it. */
  readonly colour: boolean;
  /** Columns of the terminal; long lines are shortened to it. */
  readonly width: number;
  /** Also the output of tasks that passed, and every piece of evidence. */
  readonly verbose: boolean;
}

const codes = {
  good: '32',
  note: '36',
  bad: '33',
  worst: '31',
  quiet: '2',
  strong: '1',
} as const satisfies Record<Tone, string>;

/** Text of ours in a tone. Escape and shorten what a package wrote before it comes here. */
export function toned(text: string, tone: Tone, { colour }: TextOptions): string {
  return colour ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text;
}

/** Hostile text on one line, escaped and shortened to what is left of the width. */
export function hostile(text: string, { width }: TextOptions, indent: number): string {
  return clip(visible(text), Math.max(20, width - indent));
}
