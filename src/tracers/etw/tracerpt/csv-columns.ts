import { KERNEL } from '../providers/provider.ts';
import { providers } from '../providers/providers.ts';

/** The event class whose name tracerpt prints in the first column, when it is one of the kernel's own. */
export function kernelClassOf(name: string): string | undefined {
  return kernelClasses.get(name.toLowerCase());
}

/** The GUID of a provider that is no class of the kernel's; its name when nobody knows it. */
export function providerOf(name: string): string {
  return providers.find(provider => provider.name === name)?.guid ?? name;
}

/** Names of an event's fields, in the order in which they are printed. */
export function fieldNames(guid: string, id: number, version: number): readonly string[] {
  const since = providers.find(provider => provider.guid === guid)?.events[id]?.since ?? {};
  const layout = Object.entries(since)
    .filter(([first]) => Number(first) <= version)
    .at(-1)?.[1];
  return Object.keys(layout ?? {});
}

/** `Process/Start` is of the class that tracerpt calls `Process`. */
const kernelClasses: ReadonlyMap<string, string> = new Map(
  providers
    .filter(provider => provider.name === KERNEL)
    .flatMap(({ guid, events }) =>
      Object.values(events).map(({ event }) => [event.split('/')[0]?.toLowerCase() ?? '', guid] as const),
    ),
);
