import { visible } from '../../base/visible.ts';

/** Longest text of a package that a report shows in one place, in characters; JSON alone has all of it. */
export const maxShownLength = 4_096;

/** Text of a package as every report shows it: visible, on one line, and cut with a word about the rest. */
export function shown(text: string, limit: number = maxShownLength): string {
  const kept = text.length <= limit ? text : text.slice(0, limit);
  const rest = text.length - kept.length;
  return rest === 0 ? visible(kept) : `${visible(kept)}…[+${rest}]`;
}
