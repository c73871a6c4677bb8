import { clip } from '../base/clip.ts';
import { visible } from '../base/visible.ts';

/** How text for people is set. */
export interface TextOptions {
  /** Colours are only ever added to symbols and words that already say it. */
  readonly colour: boolean;
  /** Columns of the terminal; long lines are shortened to it. */
  readonly width: number;
  /** Also the output of tasks that passed, and every piece of evidence. */
  readonly verbose: boolean;
}

/** What a line means for the reader. */
export type Tone = 'good' | 'note' | 'bad' | 'worst' | 'quiet' | 'strong';

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

/** `12 345`, with a narrow gap that no locale reads as a decimal point. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A count with its noun: `1 event`, `12 345 events`. */
export function counted(count: number, noun: string): string {
  const plural = noun.endsWith('s') ? `${noun}es` : `${noun}s`;
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `0.4 s`, `12.0 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
