/** What the name of a distribution file says, as PyPA's binary-distribution-format and source-distribution-format define it. */
export interface FileNameParts {
  readonly kind: 'sdist' | 'wheel';
  readonly name: string;
  readonly version: string;
}

/** Those of older times that a guest knows too (.tar.bz2, .tar.xz) no tool makes any more. */
export const sdistEndings = ['.tar.gz', '.tgz', '.zip'] as const;

/** Reads `jinja2-3.1.2.tar.gz` or `jinja2-3.1.2-py3-none-any.whl`; undefined when the name is neither. */
export function parseFileName(file: string): FileNameParts | undefined {
  if (file.toLowerCase().endsWith('.whl')) return parseWheelName(file.slice(0, -'.whl'.length));
  const ending = sdistEndings.find(candidate => file.toLowerCase().endsWith(candidate));
  if (ending === undefined) return undefined;
  const stem = file.slice(0, -ending.length);
  const dash = stem.lastIndexOf('-');
  if (dash <= 0 || dash === stem.length - 1) return undefined;
  return { kind: 'sdist', name: stem.slice(0, dash), version: stem.slice(dash + 1) };
}

/** `name-version(-build)?-python-abi-platform` */
function parseWheelName(stem: string): FileNameParts | undefined {
  const parts = stem.split('-');
  const [name, version] = parts;
  if (parts.length < 5 || parts.length > 6 || !name || !version) return undefined;
  return { kind: 'wheel', name, version };
}

/** The one spelling of a project's name, as PEP 503 defines it: `Foo__Bar.baz` is `foo-bar-baz`. */
export function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** Whether `text` may be a project's name at all (PEP 508). */
export function isProjectName(text: string): boolean {
  return text.length <= 200 && /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text);
}
