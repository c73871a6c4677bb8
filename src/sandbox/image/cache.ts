import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

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

/** Whether something is there. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
