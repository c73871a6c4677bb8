import { shown } from './shown.ts';

/** Longest message of a result: readers show the first lines. */
export const maxMessageLength = 1_000;

/**
 * Text of a package in a message of SARIF, where `[text](target)` is a link and `{0}` a placeholder
 * (SARIF 2.1.0, 3.11.5 and 3.11.6): brackets and braces are escaped as it says.
 */
export function sarifMessage(text: string): string {
  const escaped = shown(text, maxMessageLength)
    .replace(/[[\]]/g, bracket => `\\${bracket}`)
    .replace(/[{}]/g, brace => `${brace}${brace}`);
  return escaped === '' ? '(empty)' : escaped;
}
