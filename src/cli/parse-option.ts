import { InvalidArgumentError } from 'commander';

/** Collects a repeatable option. */
export function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

/** Reads `90`, `90s`, `15m` or `2h` as milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(text);
  const amount = Number(match?.[1]);
  if (match === null || amount === 0) throw new InvalidArgumentError('a duration is 90s, 15m or 2h.');
  const unit = match[2] ?? 's';
  return amount * { s: 1000, m: 60_000, h: 3_600_000 }[unit === 'm' || unit === 'h' ? unit : 's'];
}
