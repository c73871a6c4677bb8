/**
 * Compiles globs to one RE2 expression that matches a whole text: `*` any run of characters but the separator, `**`
 * any at all, `?` one character but the separator, `{a,b}` either. Everything else is itself.
 *
 * A glob with a backslash is of Windows, one without is not, so that neither meets the other's paths: there the
 * separator is the backslash, letters match in either case, `**\` at the start is any folder of any volume or none, and
 * `~\` is the home of anyone.
 */
export function globsToRegex(globs: readonly string[]): string {
  return `(?s)(?:${globs.map(globToRegex).join('|')})`;
}

/** Makes a text match itself in RE2. */
export function escapeRegex(text: string): string {
  return text.replace(special, '\\$&');
}

const token = /\*\*|\{[^{}]*\}|[\s\S]/g;
const special = /[\\^$.|+*?()[\]{}]/g;

function globToRegex(glob: string): string {
  return glob.includes('\\') ? `(?i:${windowsStart(glob)})` : translate(glob, '[^/]');
}

/**
 * A volume's device stands for its letter in traces that do not say which it has. Nothing of Windows begins with a
 * slash, and everything elsewhere does that is a path.
 */
function windowsStart(glob: string): string {
  const inFolder = (rest: string) => translate(rest, '[^\\\\]');
  if (glob.startsWith('~\\')) return `${windowsHome}${inFolder(glob.slice(2))}`;
  if (glob.startsWith('**\\')) return `(?:[^/].*\\\\)?${inFolder(glob.slice(3))}`;
  if (/^[a-z]:\\/i.test(glob)) return `${windowsVolume}${inFolder(glob.slice(2))}`;
  return inFolder(glob);
}

const windowsVolume = '(?:[A-Z]:|\\\\Device\\\\HarddiskVolume\\d+)';
/** Accounts of people, and of those the system itself runs under. */
const windowsHome = `${windowsVolume}\\\\(?:Users\\\\[^\\\\]+|Windows\\\\ServiceProfiles\\\\[^\\\\]+|Windows\\\\(?:System32|SysWOW64)\\\\config\\\\systemprofile)\\\\`;

function translate(glob: string, one: string): string {
  return glob.replace(token, part => {
    if (part === '**') return '.*';
    if (part === '*') return `${one}*`;
    if (part === '?') return one;
    if (part.length === 1) return escapeRegex(part);
    const choices = part.slice(1, -1).split(',');
    return `(?:${choices.map(choice => translate(choice, one)).join('|')})`;
  });
}
