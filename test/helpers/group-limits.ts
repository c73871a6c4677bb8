import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../src/sandbox/image/cache.ts';

/**
 * Whether a command in this host's own kernel gets a group with limits of processes and memory, as the agent makes one: only
 * the true root of cgroup v2 can pass on to it what it uses itself, any other group what it passes on already.
 */
export async function hasGroupLimits(group = '/sys/fs/cgroup'): Promise<boolean> {
  const isRoot = !(await exists(path.join(group, 'cgroup.type')));
  const file = path.join(group, isRoot ? 'cgroup.controllers' : 'cgroup.subtree_control');
  const controllers = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
  return ['pids', 'memory'].every(name => controllers.includes(name));
}
