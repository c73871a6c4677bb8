import type { NetworkEvent } from '../../../model/event.ts';
import type { Draft } from '../events/draft.ts';
import { BoundedMap } from './bounded-map.ts';

/** Questions for names that wait at once for their answer. */
export const MAX_QUERIES = 4096;

/** Questions for names between the record that asks and the one that has the answer. */
export class Queries {
  readonly #waiting: BoundedMap<string, Draft<NetworkEvent>>;
  readonly #emit: (event: NetworkEvent) => void;

  constructor(emit: (event: NetworkEvent) => void) {
    this.#emit = emit;
    this.#waiting = new BoundedMap({
      entries: MAX_QUERIES,
      characters: Number.POSITIVE_INFINITY,
      onDrop: emit,
    });
  }

  /** Asked again before it was answered: the first one is given as it is. */
  ask(question: string, draft: Draft<NetworkEvent>): void {
    const earlier = this.#waiting.delete(question);
    if (earlier !== undefined) this.#emit(earlier);
    this.#waiting.set(question, draft);
  }

  /** The question an answer belongs to; undefined when it was not seen. */
  answer(question: string): Draft<NetworkEvent> | undefined {
    return this.#waiting.delete(question);
  }

  end(): void {
    for (const draft of this.#waiting.values()) this.#emit(draft);
    this.#waiting.clear();
  }
}
