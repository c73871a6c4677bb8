import { describe, expect, test } from 'vitest';
import { Timeline } from '../../src/runner/timeline.ts';

const second = 1_000_000_000n;

describe("a run's time", () => {
  test('begins with the second in which the first command started', () => {
    const timeline = new Timeline();
    timeline.begin(1_700_000_000n * second + 5n);
    timeline.begin(1_800_000_000n * second);
    expect(timeline.epochSeconds).toBe(1_700_000_000);
    expect(timeline.sinceStart(1_700_000_001n * second + 7n)).toBe(1_000_000_007);
  });

  test('stays a number that a store can hold, whatever a guest says the time is', () => {
    const timeline = new Timeline();
    timeline.begin(1_700_000_000n * second);
    expect(timeline.sinceStart(2n ** 64n - 1n)).toBe(Number.MAX_SAFE_INTEGER);
    expect(timeline.sinceStart(0n)).toBe(Number.MIN_SAFE_INTEGER);
  });
});
