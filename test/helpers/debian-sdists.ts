import { execFile } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, exists } from '../../src/sandbox/image/cache.ts';
import { project } from './buildhaus.ts';

/**
 * The folder that `examples/fetch-sdists` makes: sdists and wheels of PyPI as Debian carries them, and `index/` with
 * MarkupSafe. Fetched once and kept between runs.
 */
export async function debianSdists(): Promise<string> {
  const folder = path.join(cacheFolder(), 'sdists');
  if (await exists(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await promisify(execFile)(path.join(project, 'examples', 'fetch-sdists'), [unfinished]);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}
