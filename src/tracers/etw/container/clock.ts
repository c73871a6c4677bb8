import type { EtwSession } from '../record.ts';

const HIGH_WORD = 0x1_0000_0000;
const FILETIME_UNITS = 10_000_000;

/** Turns raw times into nanoseconds since the trace began. */
export class TraceClock {
  readonly #baseLow: number;
  readonly #baseHigh: number;
  readonly #nsPerUnit: number;

  /** `base`: what the clock showed at the session's start. */
  constructor(base: bigint, frequency: number) {
    this.#baseLow = Number(BigInt.asUintN(32, base));
    this.#baseHigh = Number(base >> 32n);
    this.#nsPerUnit = 1e9 / frequency;
  }

  /** Of the 64-bit time at `at`. Subtracting before rounding keeps a FILETIME, which no double holds, exact. */
  nsAt(view: DataView, at: number): number {
    const low = view.getUint32(at, true) - this.#baseLow;
    const high = view.getInt32(at + 4, true) - this.#baseHigh;
    return Math.round((high * HIGH_WORD + low) * this.#nsPerUnit);
  }
}

/** The clock of a session. Its own header record was written at `headerTime`, which is when it began. */
export function clockOf(session: EtwSession, headerTime: bigint): TraceClock {
  return session.clock === 'filetime'
    ? new TraceClock(session.startTime, FILETIME_UNITS)
    : new TraceClock(headerTime, session.frequency);
}
