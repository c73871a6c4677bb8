/**
 * Compiles globs to one RE2 expression that matches a whole text: `*` any run of characters but `/`, `**` any at
 * all, `?` one character but `/`, `{a,b}` either. Everything else is itself.
 */
export function globsToRegex(globs: readonly string[]): string {
  return `(?s)(?:${globs.map(globToRegex).join('|')})`;
}

const token = /\*\*|\{[^{}]*\}|[\s\S]/g;
const special = /[\\^$.|+*?()[\]{}]/g;

function globToRegex(glob: string): string {
  return glob.replace(token, part => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length === 1) return escapeRegex(part);
    return `(?:${part.slice(1, -1).split(',').map(globToRegex).join('|')})`;
  });
}

/** Makes a text match itself in RE2. */
export function escapeRegex(text: string): string {
  return text.replace(special, '\\$&');
}
