import type { Event, EventFlag } from '../../model/event.ts';
import { detachEvent } from './detach-event.ts';

/** Events that are counted in one: what the first of them said, and sums over all. */
export class Tally {
  readonly #first: Event;
  #times = 1;
  #lastNs: number;
  #durNs: number | undefined;
  #bytes: number | undefined;
  #ret: number | undefined;

  constructor(first: Event) {
    this.#first = detachEvent(first);
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
