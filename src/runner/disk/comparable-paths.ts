import { type Event, isFileEvent } from '../../model/event.ts';
import type { Places } from '../../model/places.ts';

/** A system's paths, as they are compared: all that follows paths from folder to folder knows one spelling. */
export interface ComparablePaths {
  readonly pathOf: (path: string) => string;
  /** An event for the witness. */
  readonly eventOf: (event: Event) => Event;
}

/** How the paths of a machine are compared. */
export function comparablePaths({ separator }: Pick<Places, 'separator'>): ComparablePaths {
  return separator === '/' ? asTheyAre : ofWindows;
}

const asTheyAre: ComparablePaths = { pathOf: path => path, eventOf: event => event };

const ofWindows: ComparablePaths = {
  pathOf: windowsPath,
  eventOf: event => {
    if (!isFileEvent(event)) return event;
    // A rename tells the old name only of a file that was opened by it.
    const { path2, path = path2 } = event;
    return {
      ...event,
      ...(path === undefined ? {} : { path: windowsPath(path) }),
      ...(path2 === undefined ? {} : { path2: windowsPath(path2) }),
      // What a file was opened for is not recorded, nor what is written through a mapping.
      ...(event.kind === 'file.open' ? { access: event.access ?? 'write' } : {}),
    };
  },
};

/** `C:\Users\Mira\x` is `c:\users\mira\X`: both are `/c:/users/mira/x`. */
function windowsPath(path: string): string {
  const spelled = path.toLowerCase().replaceAll('\\', '/');
  return /^[a-z]:\//.test(spelled) ? `/${spelled}` : spelled;
}
