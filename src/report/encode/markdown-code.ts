import { shown } from './shown.ts';

/** Longest text in one code span: a comment of GitHub's holds 65 536 characters in all. */
export const maxCodeLength = 400;

/**
 * Text of a package in Markdown: always a code span, where nothing is a link, an image, HTML, a mention, or an
 * autolink. What could end the span (a backtick, a line break) or its cell of a table (a pipe) is written as
 * `visible` writes control characters, so it holds in every dialect.
 */
export function markdownCode(text: string): string {
  const inside = shown(text, maxCodeLength).replaceAll('`', '\\x60').replaceAll('|', '\\x7c');
  // A span of nothing is none, and one of spaces, or with spaces at both ends, loses them.
  return `\`${inside.replace(/^ | $/g, '\\x20') || '(empty)'}\``;
}
