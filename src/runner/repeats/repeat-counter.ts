import { detachText } from '../../base/detach-text.ts';
import { type CapName, capsOf } from '../../model/caps.ts';
import type { Event } from '../../model/event.ts';
import type { TraceItem } from '../../model/trace.ts';
import { identityOf } from './identity.ts';
import { Sightings } from './sightings.ts';
import { Tally } from './tally.ts';
import { worth } from './worth.ts';

/** Of events that say the same, so many are kept as they are (fewer in a long task); then they are counted in one. */
export const KEPT_OF_EACH = 64;
/** Events of a task that are cheap, or stand for repeats. Beyond it those that differ are counted in one, by call. */
export const MAX_CHEAP_EVENTS = 500_000;
/** Different events remembered, and the characters of what tells them apart. The oldest is forgotten: it counts anew. */
export const MAX_IDENTITIES = 32_768;
export const MAX_IDENTITY_CHARACTERS = 1 << 23;
/** Different calls and outcomes that are counted by call; Linux has some 400 calls and 130 errors. */
export const MAX_OUTCOMES = 4096;

/** What may be changed for tests at the limit. */
export interface RepeatLimits {
  readonly keptOfEach: number;
  readonly cheapEvents: number;
  readonly identities: number;
  readonly identityCharacters: number;
  readonly outcomes: number;
}

const defaultLimits: RepeatLimits = {
  keptOfEach: KEPT_OF_EACH,
  cheapEvents: MAX_CHEAP_EVENTS,
  identities: MAX_IDENTITIES,
  identityCharacters: MAX_IDENTITY_CHARACTERS,
  outcomes: MAX_OUTCOMES,
};

/** One thing that was done over and over. */
interface Known {
  /** The moment in which it was done last. */
  moment: number;
  /** Its repeats in that moment. */
  tally: Tally | undefined;
}

/**
 * Stands between a task's parser and the store: a call that is made a million times becomes one event with
 * `times = 1000000`. Nothing is dropped, sums are exact, and what is new is always kept:
 *
 * - Of the same thing done again (`identityOf`), the first KEPT_OF_EACH events stay as they are.
 * - Repeats are counted in one event for as long as nothing else of worth happens in the task: so what stands before
 *   and after such an event in the order of the run still does.
 * - Beyond MAX_CHEAP_EVENTS, cheap events that differ are counted by call and outcome, which is a cap that was reached.
 *
 * What comes out depends on the events and their order only, not on how they are cut into batches.
 */
export class RepeatCounter {
  readonly #limits: RepeatLimits;
  readonly #sightings = new Sightings();
  readonly #known = new Map<string, Known>();
  /** One walk for all of them: a new one would pass over all that was deleted, each time. */
  readonly #oldestFirst = this.#known.entries();
  readonly #outcomes = new Map<string, Tally | 'seen'>();
  #characters = 0;
  #moment = 0;
  #cheap = 0;
  #taken = 0;
  #given = 0;
  #items: TraceItem[] = [];

  constructor(limits: Partial<RepeatLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Events that do not stand for themselves: they are counted in others. Exact after `end`. */
  get collapsed(): number {
    return this.#taken - this.#given;
  }

  /** Caps that were reached. */
  get caps(): readonly CapName[] {
    return capsOf({ 'cheap-events': this.#outcomes.size > 0 });
  }

  /** Takes items in the order in which a parser gives them; gives back what is to be stored so far. */
  push(items: readonly TraceItem[]): TraceItem[] {
    for (const item of items) {
      if (item.kind === 'diagnostic') this.#items.push(item);
      else this.#take(item);
    }
    return this.#takeItems();
  }

  /** Call once, after the last event: gives what was still being counted. */
  end(): TraceItem[] {
    for (const known of this.#known.values()) this.#close(known);
    this.#known.clear();
    for (const tally of this.#outcomes.values()) {
      if (tally !== 'seen') this.#give(tally.toEvent('capped'));
    }
    return this.#takeItems();
  }

  #takeItems(): TraceItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #take(event: Event): void {
    this.#taken += 1;
    const kindOf = worth[event.kind];
    if (kindOf === 'vital') {
      this.#moment += 1;
      this.#give(event);
      return;
    }
    const isFull = kindOf === 'cheap' && this.#cheap >= this.#limits.cheapEvents;
    const isSeldom = !isFull && this.#sightings.count(event) < this.#limits.keptOfEach - 1;
    if (isSeldom) this.#keep(event);
    else this.#takeRepeat(event, isFull);
  }

  /** Something new of worth happens: what is repeated after it is repeated anew. */
  #keep(event: Event): void {
    if (worth[event.kind] === 'cheap') this.#cheap += 1;
    else this.#moment += 1;
    this.#give(event);
  }

  #takeRepeat(event: Event, isFull: boolean): void {
    const identity = identityOf(event);
    const known = this.#known.get(identity);
    if (known === undefined && isFull) this.#takeCapped(event);
    else if (known === undefined) {
      this.#keep(event);
      // Put together from pieces of a trace, it would keep every chunk that they were cut from.
      this.#remember(detachText(identity));
    } else if (known.moment === this.#moment || isFull) this.#add(event, known);
    else {
      this.#close(known);
      known.moment = this.#moment;
      this.#cheap += 1;
      this.#give(event);
    }
  }

  #add(event: Event, known: Known): void {
    if (known.tally !== undefined) {
      known.tally.add(event);
      return;
    }
    this.#cheap += 1;
    known.tally = new Tally(event);
  }

  /** The first of each call and outcome is kept whole even now. */
  #takeCapped(event: Event): void {
    const outcome = `${event.kind} ${event.call} ${event.ok} ${event.errno}`;
    const tally = this.#outcomes.get(outcome);
    if (tally === undefined) {
      if (this.#outcomes.size < this.#limits.outcomes) this.#outcomes.set(detachText(outcome), 'seen');
      this.#give(event);
    } else if (tally === 'seen') this.#outcomes.set(outcome, new Tally(anyOf(event)));
    else tally.add(event);
  }

  #remember(identity: string): void {
    this.#known.set(identity, { moment: this.#moment, tally: undefined });
    this.#characters += identity.length;
    const { identities, identityCharacters } = this.#limits;
    while (this.#known.size > identities || this.#characters > identityCharacters) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const oldest = this.#oldestFirst.next();
    if (oldest.done === true) return;
    const [identity, known] = oldest.value;
    this.#close(known);
    this.#known.delete(identity);
    this.#characters -= identity.length;
  }

  #close(known: Known): void {
    if (known.tally === undefined) return;
    this.#give(known.tally.toEvent('collapsed'));
    known.tally = undefined;
  }

  #give(event: Event): void {
    this.#given += 1;
    this.#items.push(event);
  }
}

const sharedColumns: ReadonlySet<string> = new Set([
  'seq',
  'at_ns',
  'dur_ns',
  'kind',
  'proc',
  'pid',
  'tid',
  'origin',
  'call',
  'ok',
  'errno',
  'bytes',
]);

/** What all events of one call and outcome share: no process, no path. */
function anyOf<Like extends Event>(event: Like): Like {
  const copy = { ...event, proc: 0, pid: 0, tid: 0 };
  for (const name in copy) {
    if (!sharedColumns.has(name)) Reflect.deleteProperty(copy, name);
  }
  return copy;
}
