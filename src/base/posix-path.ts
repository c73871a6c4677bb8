/** Resolves `name` against `folder` by text alone: no symbolic link is followed. */
export function resolvePath(folder: string, name: string): string {
  return normalizePath(name.startsWith('/') ? name : `${folder}/${name}`);
}

/**
 * The same, but a `..` behind a name stays: where a link has that name, it leads elsewhere than the text says, and only
 * who follows links knows whereto.
 */
export function joinPath(folder: string, name: string): string {
  const path = name.startsWith('/') ? name : `${folder}/${name}`;
  if (!hasDots(path)) return normalizePath(path);
  const segments = path.split('/').filter(segment => segment !== '' && segment !== '.');
  if (!path.startsWith('/')) return segments.join('/');
  const first = segments.findIndex(segment => segment !== '..');
  return `/${first < 0 ? '' : segments.slice(first).join('/')}`;
}

/** Whether a path may have a `..` in it that stands behind something. */
export function hasDots(path: string): boolean {
  return path.includes('/..');
}

/** The folder that an absolute path is in; `/` is in itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** Removes `.`, `..`, doubled and trailing slashes by text alone. A path above `/` is `/`. */
export function normalizePath(path: string): string {
  return abnormal.test(path) ? rebuild(path) : path;
}

/**
 * Nearly every path is normal already: look before building. Linear, for nothing in it repeats; and half of what a walk
 * from slash to slash took (Node 20).
 */
const abnormal = /\/(?:\/|\.\.?(?:\/|$))|.\/$|^\.\.?(?:\/|$)|^$/s;

function rebuild(path: string): string {
  const absolute = path.startsWith('/');
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') kept.push(segment);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!absolute) kept.push('..');
  }
  const joined = kept.join('/');
  return absolute ? `/${joined}` : joined || '.';
}
