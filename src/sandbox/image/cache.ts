import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { homeFolder } from '../host/home-folder.ts';

/** Folder of everything that can be made again: `$XDG_CACHE_HOME/buildhaus`, else `~/.cache/buildhaus`. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homeFolder(), '.cache'), 'buildhaus');
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
