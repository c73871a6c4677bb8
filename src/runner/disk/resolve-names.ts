import type { Event, EventKind } from '../../model/event.ts';
import { isFileEvent } from '../../model/event.ts';
import type { Links } from './links.ts';

/**
 * An event by the places that its names lead to. An open is told by what was opened; of a rename, a link or a new name
 * the tracer shows only what it was given, which may go through a link: `/tmp/x/id_rsa` where `/tmp/x` is `~/.ssh`.
 */
export function resolveNames(event: Event, links: Links): Event {
  if (!isFileEvent(event)) return event;
  const named = namedColumns[event.kind];
  if (named === undefined || event.ok === false || event.origin !== 'kernel') return event;
  const { path, path2 } = event;
  const place = resolve(path, links);
  const place2 = named === 'both' ? resolve(path2, links) : path2;
  if (place === path && place2 === path2) return event;
  return {
    ...event,
    ...(place === undefined ? {} : { path: place }),
    ...(place2 === undefined ? {} : { path2: place2 }),
  };
}

/** Calls about names themselves. What a symbolic link holds is kept as it is. */
const namedColumns: Partial<Record<EventKind, 'path' | 'both'>> = {
  'file.rename': 'both',
  'file.link': 'both',
  'file.symlink': 'path',
  'file.create': 'path',
  'file.delete': 'path',
};

/** A relative name in an unknown folder stays, and so does one that leads in circles. */
function resolve(path: string | undefined, links: Links): string | undefined {
  if (path?.startsWith('/') !== true) return path;
  return links.follow(path.replace(rootOfAProcess, ''), 'kept') ?? path;
}

/** `/proc/self/root/etc`: nearly always `/etc`. */
const rootOfAProcess = /^(?:\/proc\/(?:self|thread-self|\d+)(?:\/task\/\d+)?\/root(?=\/))+/;
