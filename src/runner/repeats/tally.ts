import { detachText } from '../../base/detach-text.ts';
import type { Event, EventFlag } from '../../model/event.ts';

/** V8 copies what is shorter. */
const SHORTEST_SLICE = 13;

/** Events that are counted in one: what the first of them said, and sums over all. */
export class Tally {
  readonly #first: Event;
  #times = 1;
  #lastNs: number;
  #durNs: number | undefined;
  #bytes: number | undefined;
  #ret: number | undefined;

  constructor(first: Event) {
    this.#first = detached(first);
    this.#lastNs = first.at_ns;
    this.#durNs = first.dur_ns;
    this.#bytes = bytesOf(first);
    this.#ret = first.ret;
  }

  add(event: Event): void {
    this.#times += 1;
    this.#lastNs = Math.max(this.#lastNs, event.at_ns);
    this.#durNs = sum(this.#durNs, event.dur_ns);
    this.#bytes = sum(this.#bytes, bytesOf(event));
    if (event.ret !== this.#ret) this.#ret = undefined;
  }

  /** Alone it is what it was. */
  toEvent(flag: EventFlag): Event {
    if (this.#times === 1) return this.#first;
    const { ret: _, ...first } = this.#first;
    return {
      ...first,
      ...(this.#ret === undefined ? {} : { ret: this.#ret }),
      ...(this.#durNs === undefined ? {} : { dur_ns: this.#durNs }),
      ...(this.#bytes === undefined ? {} : { bytes: this.#bytes }),
      times: this.#times,
      last_ns: this.#lastNs,
      flags: [...(first.flags ?? []), flag],
    };
  }
}

function bytesOf(event: Event): number | undefined {
  return 'bytes' in event ? event.bytes : undefined;
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}

/** It is held long: its texts must not hold the chunks of the trace that they were read from. */
function detached<Like extends Event>(event: Like): Like {
  const copy = { ...event };
  for (const name in copy) {
    const value: unknown = copy[name];
    if (typeof value === 'string' && value.length >= SHORTEST_SLICE) {
      Object.assign(copy, { [name]: detachText(value) });
    }
  }
  return copy;
}
