const SLASH = 0x2f;
const DOT = 0x2e;

/** Resolves `name` against `folder` by text alone: no symbolic link is followed. */
export function resolvePath(folder: string, name: string): string {
  return normalizePath(name.startsWith('/') ? name : `${folder}/${name}`);
}

/** The folder that an absolute path is in; `/` is in itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** Removes `.`, `..`, doubled and trailing slashes by text alone. A path above `/` is `/`. */
export function normalizePath(path: string): string {
  return isNormal(path) ? path : rebuild(path);
}

/** Nearly every path is normal already: look before building. */
function isNormal(path: string): boolean {
  const last = path.length - 1;
  if (last < 0 || (last > 0 && path.charCodeAt(last) === SLASH)) return false;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const next = path.charCodeAt(slash + 1);
    if (next === SLASH || (next === DOT && isDots(path, slash + 1))) return false;
  }
  return path.charCodeAt(0) !== DOT || !isDots(path, 0);
}

/** Whether the segment that starts here is `.` or `..`. */
function isDots(path: string, start: number): boolean {
  const after = start + (path.charCodeAt(start + 1) === DOT ? 2 : 1);
  return after === path.length || path.charCodeAt(after) === SLASH;
}

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
