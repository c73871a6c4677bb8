/** A line of a file of the package. */
export interface FilePlace {
  readonly path: string;
  readonly line: number;
}

/** Longest path that is believed to be one of the package's files. */
const maxPathLength = 300;
const frameText = /^(?<path>[^:]+):(?<line>\d{1,7})(?: in .*)?$/su;
const plainPath = /^(?!\/)(?:(?!\.\.?(?:\/|$))[\w .+-]+(?:\/(?!$)|$))+$/u;

/**
 * The file and line that a frame names, `setup.py:14 in run`, when it is a plain relative path: what is not may be
 * a way out of the checkout that a reader of the report looks it up in.
 */
export function placeOfFrame(frame: string | null): FilePlace | undefined {
  const found = frameText.exec(frame ?? '')?.groups;
  const [path, line] = [found?.['path'] ?? '', Number(found?.['line'])];
  if (path.length > maxPathLength || !plainPath.test(path) || line < 1) return undefined;
  return { path, line };
}

/** A relative path as the URI that SARIF wants. */
export function toUri(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
