import { detachText } from '../../base/detach-text.ts';
import type { Event } from '../../model/event.ts';

/** A copy to be held long: its texts do not hold the chunks of the trace that they were read from. */
export function detachEvent<Like extends Event>(event: Like): Like {
  const copy = { ...event };
  for (const name in copy) {
    const value: unknown = copy[name];
    if (typeof value === 'string') Object.assign(copy, { [name]: detachText(value) });
  }
  return copy;
}
