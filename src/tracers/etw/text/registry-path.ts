/**
 * A registry key as people write it. The kernel says `\REGISTRY\MACHINE\SOFTWARE\x`; which of the keys below `USER` is
 * "the current user" depends on who asks, so `sid` is the asking process's, when it is known.
 */
export function toRegistryPath(key: string, sid: string | undefined): string {
  if (!startsWithin(key, ROOT)) return key;
  const end = segmentEnd(key, ROOT.length + 1);
  const hive = key.slice(ROOT.length + 1, end).toUpperCase();
  if (hive === 'MACHINE') return `HKLM${key.slice(end)}`;
  if (hive !== 'USER') return key;
  const ownerEnd = segmentEnd(key, end + 1);
  const owner = key.slice(end + 1, ownerEnd);
  if (sid !== undefined && owner.toUpperCase() === sid) return `HKCU${key.slice(ownerEnd)}`;
  if (sid !== undefined && owner.toUpperCase() === `${sid}_CLASSES`)
    return `HKCU\\Software\\Classes${key.slice(ownerEnd)}`;
  return `HKU${key.slice(end)}`;
}

/** Joins a key and what is named below it; a name that is whole already stays. */
export function joinKey(base: string | undefined, name: string): string {
  if (base === undefined || base === '' || startsWithin(name, ROOT)) return name;
  return name === '' ? base : `${base}\\${name.startsWith('\\') ? name.slice(1) : name}`;
}

/** Whether a key's name starts at the root of the registry, so that nothing is missing before it. */
export function isWholeKey(key: string): boolean {
  return startsWithin(key, ROOT);
}

const ROOT = '\\REGISTRY';

function startsWithin(key: string, root: string): boolean {
  const after = key[root.length];
  return (after === undefined || after === '\\') && key.slice(0, root.length).toUpperCase() === root;
}

/** Where the segment that starts here ends. */
function segmentEnd(key: string, from: number): number {
  const found = key.indexOf('\\', from);
  return found < 0 ? key.length : found;
}
