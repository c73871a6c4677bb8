import { userInfo } from 'node:os';

/** This user's home; never the current folder, which an empty `HOME` would mean to `homedir` of node:os. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['HOME'] || userInfo().homedir;
}
