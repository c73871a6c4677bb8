/** Shortens a text to `limit` characters, the last of which then is `…`; never splits a surrogate pair. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters: string[] = [];
  for (const character of text) {
    if (characters.length > limit) break;
    characters.push(character);
  }
  if (characters.length <= limit) return text;
  return `${characters.slice(0, Math.max(0, limit - 1)).join('')}…`;
}

/** Most names that `clipNames` names, and the longest of them. */
export const clippedNames = { names: 10, length: 100 } as const;

/** Names in a sentence; of many the first, and how many more there are. */
export function clipNames(names: readonly string[]): string {
  const shown = names.slice(0, clippedNames.names).map(name => clip(name, clippedNames.length));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}
