const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * The run's time: nanoseconds since the second in which its first command started, by the guest's clock.
 * The guest's and not the host's, because a machine may be given a clock of its own and events carry that.
 */
export class Timeline {
  #epochSeconds: number | undefined;

  /** Tells that a command started; the first one fixes where time begins. */
  begin(unixNs: bigint): void {
    this.#epochSeconds ??= Number(unixNs / NANOS_PER_SECOND);
  }

  /** Whole seconds since 1970 that `at_ns` counts from; undefined before the first command. */
  get epochSeconds(): number | undefined {
    return this.#epochSeconds;
  }

  /** Nanoseconds from the start; a clock that lies by more than a number can hold is cut there. */
  sinceStart(unixNs: bigint): number {
    const ns = Number(unixNs - BigInt(this.#epochSeconds ?? 0) * NANOS_PER_SECOND);
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, ns));
  }
}
