import type { Event } from '../../model/event.ts';

/** A power of two: a megabyte, in which a task of millions of different events still leaves room. */
const SLOTS = 1 << 20;
const MOST = 255;
/** Characters looked at, from the end: that is where paths differ. */
const LOOKED_AT = 8;

/**
 * About how often an event like this one was seen: never less often than it was, seldom more. One look at a few
 * characters, where finding out exactly costs more than parsing the line did.
 */
export class Sightings {
  readonly #counts = new Uint8Array(SLOTS);

  /** How often before now. */
  count(event: Event): number {
    const slot = hashOf(event) & (SLOTS - 1);
    const before = this.#counts[slot] ?? MOST;
    if (before < MOST) this.#counts[slot] = before + 1;
    return before;
  }
}

/** Events that say the same have the same hash; the reverse is only likely. */
function hashOf(event: Event): number {
  let hash = mixText(event.tid, event.call);
  hash = mixText(hash, event.errno);
  if ('path' in event) hash = mixText(hash, event.path);
  hash = mixText(hash, event.args);
  return hash ^ (hash >>> 15);
}

function mixText(hash: number, text: string | undefined): number {
  if (text === undefined) return Math.imul(hash, 31);
  let mixed = hash ^ text.length;
  for (let at = Math.max(0, text.length - LOOKED_AT); at < text.length; at += 1) {
    mixed = Math.imul(mixed, 31) + text.charCodeAt(at);
  }
  return Math.imul(mixed, 0x9e3779b1);
}
