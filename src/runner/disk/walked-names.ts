import { type Event, type EventKind, isFileEvent } from '../../model/event.ts';

/** A column that holds a name. */
export type NameColumn = 'path' | 'path2';

/**
 * An event with each name changed that the kernel walked from folder to folder: what a symbolic link holds, or an open
 * was given, is told as it is. Gives the event itself where nothing changes.
 */
export function changeNames(event: Event, change: (name: string, column: NameColumn) => string): Event {
  if (!('path' in event)) return event;
  const second = isFileEvent(event) && walksBoth.has(event.kind) ? event.path2 : undefined;
  const path = changed(event.path, 'path', change);
  const path2 = changed(second, 'path2', change);
  if (path === event.path && path2 === second) return event;
  return {
    ...event,
    ...(path === undefined ? {} : { path }),
    ...(path2 === undefined ? {} : { path2 }),
  };
}

const walksBoth: ReadonlySet<EventKind> = new Set<EventKind>(['file.rename', 'file.link', 'file.mount']);

/** A relative name in an unknown folder stays, and so does a memory file's, which may be any text. */
function changed(
  name: string | undefined,
  column: NameColumn,
  change: (name: string, column: NameColumn) => string,
): string | undefined {
  return name?.startsWith('/') === true && !name.startsWith('/memfd:') ? change(name, column) : name;
}
