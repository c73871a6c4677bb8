import path from 'node:path';
import { homeFolder } from '../sandbox/host/home-folder.ts';

/**
 * The folder of the runs on this host: what the user gave, else `BUILDHAUS_RUNS`, else below XDG's data folder, since
 * runs cannot be made again. (Images can: they lie in the cache folder, see sandbox/image/cache.ts.) What is set but
 * empty is not given: the current folder would be nobody's wish.
 */
export function runsFolder(env: NodeJS.ProcessEnv, given?: string): string {
  const data = env['XDG_DATA_HOME'] || path.join(homeFolder(env), '.local', 'share');
  return path.resolve(given || env['BUILDHAUS_RUNS'] || path.join(data, 'buildhaus', 'runs'));
}
