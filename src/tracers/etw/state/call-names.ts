import { clip } from '../../../base/clip.ts';
import { detachText } from '../../../base/detach-text.ts';
import { wellFormed } from '../../../base/well-formed.ts';
import type { DecodedEvent } from '../decoded-event.ts';

/** Names that are remembered put together; what a trace describes itself is bounded at as many. */
export const MAX_CALL_NAMES = 8192;
/** The longest name; providers and events name themselves. */
export const MAX_CALL_TEXT = 256;

/** What events are called: `Kernel-File/Create`, `Process/Start`. Putting a name together for each costs a tenth of all time. */
export class CallNames {
  readonly #known = new Map<string, Map<string | number, string>>();
  #count = 0;

  nameOf({ provider, event, record }: DecodedEvent): string {
    const key = event ?? record.id;
    const known = this.#known.get(provider)?.get(key);
    if (known !== undefined) return known;
    const name = toName(provider, String(key));
    if (this.#count < MAX_CALL_NAMES) this.#keep(provider, key, name);
    return name;
  }

  #keep(provider: string, key: string | number, name: string): void {
    const names = this.#known.get(provider) ?? new Map<string | number, string>();
    names.set(typeof key === 'string' ? detachText(key) : key, detachText(name));
    this.#known.set(detachText(provider), names);
    this.#count += 1;
  }
}

const KERNEL = 'Windows Kernel';
const MICROSOFT = 'Microsoft-Windows-';

/** The provider's name without what all of Microsoft's begin with; none for the kernel's own logger. */
function toName(provider: string, event: string): string {
  const short = provider.startsWith(MICROSOFT) ? provider.slice(MICROSOFT.length) : provider;
  return wellFormed(clip(provider === KERNEL ? event : `${short}/${event}`, MAX_CALL_TEXT));
}
