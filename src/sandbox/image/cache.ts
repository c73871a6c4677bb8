import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of everything that can be made again: `$XDG_CACHE_HOME/buildhaus`, else `~/.cache/buildhaus`. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'buildhaus');
}

/** Folder of the images of all platforms, one folder a platform, one folder a digest below. */
export function imagesFolder(): string {
  return join(cacheFolder(), 'images');
}

/** Folder of the operating system trees that images are made from, one folder a digest. */
export function basesFolder(): string {
  return join(cacheFolder(), 'bases');
}

/** A folder or file that comes with this program, such as `images` or `guest/agent`. */
export async function shippedPath(name: string): Promise<string> {
  let folder = dirname(fileURLToPath(import.meta.url));
  // The sources stand in src/, what is published in dist/: both below the folder with package.json.
  while (!(await exists(join(folder, 'package.json')))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('expected a package.json above the program');
    folder = parent;
  }
  return join(folder, name);
}

/** Whether something is there. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
