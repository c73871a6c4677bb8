import { InvalidArgumentError } from 'commander';

/** Collects a repeatable option. */
export function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

/** Longest duration: timers of Node's end at once when they are given more than 24 days. */
export const maxDurationMs = 24 * 3_600_000;

/** Reads `90`, `90s`, `15m` or `2h` as milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(text);
  const unit = match?.[2] ?? 's';
  const duration =
    Number(match?.[1]) * { s: 1000, m: 60_000, h: 3_600_000 }[unit === 'm' || unit === 'h' ? unit : 's'];
  if (duration > 0 && duration <= maxDurationMs) return duration;
  throw new InvalidArgumentError('a duration is 90s, 15m or 2h, and at most 24h.');
}
