import type { Event, FileEvent } from '../../model/event.ts';
import { detachEvent } from '../repeats/detach-event.ts';
import { isUnlisted } from './is-unlisted.ts';
import type { Links } from './links.ts';
import type { Witness } from './witness.ts';

/** Most opens that wait for the end of their task to be judged. */
export const maxWaitingOpens = 1000;

/**
 * Asks of every open whose argument is not the path that was opened whether links lead from the one to the other.
 * Where they do it is an open like any other. Where they do not, the argument was changed while the kernel read it, or
 * a file was renamed meanwhile; that is known when the task has ended.
 */
export class OpenedPaths {
  readonly #links: Links;
  readonly #witness: Witness;
  #waiting: FileEvent[] = [];

  constructor(links: Links, witness: Witness) {
    this.#links = links;
    this.#witness = witness;
  }

  /** The event as it is to be kept, or undefined while it waits. */
  judge(event: Event): Event | undefined {
    if (event.kind !== 'file.open' || event.flags?.includes('argument-differs') !== true) return event;
    if (this.#areLinked(event)) return plain(event);
    if (this.#waiting.length >= maxWaitingOpens) return this.#conclude(event);
    this.#waiting.push(detachEvent(event));
    return undefined;
  }

  /** What waited, judged: call when the task has ended, before the witness forgets. */
  release(): readonly Event[] {
    const waited = this.#waiting;
    this.#waiting = [];
    return waited.map(event => (this.#wasRenamed(event) ? plain(event) : this.#conclude(event)));
  }

  /** Nothing known leads from its argument to what was opened: it is not judged where not all is known. */
  #conclude(event: FileEvent): FileEvent {
    return this.#links.isFull || this.#witness.isFull ? event : unexplained(event);
  }

  #areLinked({ path, path2 }: FileEvent): boolean {
    // Without a second path what was opened has none: a pipe, by its name in /proc.
    const named = path2 ?? path;
    const opened = path2 === undefined || path === undefined ? undefined : this.#links.follow(path);
    if (named === undefined) return true;
    return [...this.#witness.roots].some(root => {
      const followed = this.#links.follow(root + named);
      return followed !== undefined && (followed === opened || isUnlisted(followed));
    });
  }

  #wasRenamed({ path, path2 }: FileEvent): boolean {
    const named = path2 === undefined ? undefined : this.#links.follow(path2);
    return path !== undefined && named !== undefined && this.#witness.hasMoved(named, path);
  }
}

function plain(event: FileEvent): FileEvent {
  const { flags, path2: _, ...kept } = event;
  const others = flags?.filter(flag => flag !== 'argument-differs') ?? [];
  return others.length === 0 ? kept : { ...kept, flags: others };
}

function unexplained(event: FileEvent): FileEvent {
  return { ...event, flags: [...(event.flags ?? []), 'unexplained'] };
}
