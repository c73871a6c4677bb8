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

/**
 * Globs of the folders that hold what other globs mean: whoever moves one of them moves that along. They meet a folder
 * with a `/` behind it, so that a home is `~/` here as well. Of what may lie in any folder (`**`) only the one that it is
 * in directly counts, since all others are just any folder.
 */
export function foldersAbove(globs: readonly string[]): readonly string[] {
  return [...new Set(globs.flatMap(expandBraces).flatMap(foldersOf))];
}

/** Makes a text match itself in RE2. */
export function escapeRegex(text: string): string {
  return text.replace(special, '\\$&');
}

/** `a{b,c/d}` is `ab` and `ac/d`. */
function expandBraces(glob: string): readonly string[] {
  const braces = /\{([^{}]*)\}/.exec(glob);
  if (braces === null) return [glob];
  const [whole, choices = ''] = braces;
  const [before, after] = [glob.slice(0, braces.index), glob.slice(braces.index + whole.length)];
  return choices.split(',').flatMap(choice => expandBraces(`${before}${choice}${after}`));
}

function foldersOf(glob: string): readonly string[] {
  const separator = glob.includes('\\') ? '\\' : '/';
  const names = glob.split(separator).slice(0, -1);
  const anyDepth = names.indexOf('**');
  if (anyDepth === 0) return names.length === 1 ? [] : [`${names.join(separator)}/`];
  const fixed = anyDepth < 0 ? names : names.slice(0, anyDepth);
  const folders = fixed.map((_, index) => fixed.slice(0, index + 1).join(separator));
  // Neither the root nor a volume can be moved; without a backslash it would be a glob of another system.
  return folders
    .filter(folder => folder !== '' && folder.includes('\\') === (separator === '\\'))
    .map(folder => `${folder}/`);
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
