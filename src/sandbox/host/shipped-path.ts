import { resolve } from 'node:path';

/** A folder or file that comes with this program, such as `images`: the sources stand in src/, what is built in dist/. */
export function shippedPath(name: string): string {
  return resolve(import.meta.dirname, '..', '..', '..', name);
}
