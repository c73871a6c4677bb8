import { homedir } from 'node:os';
import path from 'node:path';

/**
 * The folder of the runs on this host: what the user gave, else `BUILDHAUS_RUNS`, else below XDG's data folder, since
 * runs cannot be made again. (Images can: they lie in the cache folder, see sandbox/image/cache.ts.)
 */
export function runsFolder(env: NodeJS.ProcessEnv, given?: string): string {
  const data = env['XDG_DATA_HOME'] || path.join(env['HOME'] ?? homedir(), '.local', 'share');
  return path.resolve(given ?? (env['BUILDHAUS_RUNS'] || path.join(data, 'buildhaus', 'runs')));
}
