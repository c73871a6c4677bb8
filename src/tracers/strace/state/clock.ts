import type { Leader } from '../grammar/leader.ts';

const NANOS = 1_000_000_000;
const DAY_SECONDS = 86_400;

/** Makes one scale of nanoseconds out of whichever time a trace prints. */
export class Clock {
  /** When the line read last was printed. */
  now = 0;
  /** The last line printed no time that can be placed on the scale. */
  isApproximate = false;
  #epochSeconds: number | undefined;
  #epochNanos = 0;
  #days = 0;
  #lastOfDay = 0;
  readonly #isEpochGiven: boolean;

  constructor(epochSeconds: number | undefined) {
    this.#epochSeconds = epochSeconds;
    this.#isEpochGiven = epochSeconds !== undefined;
  }

  /** Whole seconds and nanoseconds stay apart until they are small: a double holds no nanoseconds since 1970. */
  read(leader: Leader): void {
    this.isApproximate = false;
    switch (leader.time) {
      case 'unix':
        this.#place(leader.seconds, leader.nanos);
        break;
      case 'clock':
        this.#place(this.#unroll(leader.seconds), leader.nanos);
        break;
      case 'relative':
        this.#set(this.now + leader.seconds * NANOS + leader.nanos);
        break;
      case 'none':
        this.isApproximate = true;
    }
  }

  #place(seconds: number, nanos: number): void {
    if (this.#epochSeconds === undefined) {
      this.#epochSeconds = seconds;
      this.#epochNanos = nanos;
    }
    this.#set((seconds - this.#epochSeconds) * NANOS + nanos - this.#epochNanos);
  }

  /** A time of day names neither the day nor its zone: the first counts as zero, one far before the last is tomorrow's. */
  #unroll(secondsOfDay: number): number {
    if (this.#isEpochGiven && this.#lastOfDay === 0) this.#epochSeconds = undefined;
    if (secondsOfDay < this.#lastOfDay - DAY_SECONDS / 2) this.#days += 1;
    this.#lastOfDay = secondsOfDay;
    return secondsOfDay + this.#days * DAY_SECONDS;
  }

  #set(nanos: number): void {
    if (Number.isSafeInteger(nanos)) this.now = nanos;
    else this.isApproximate = true;
  }
}
