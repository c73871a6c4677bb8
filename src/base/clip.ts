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
