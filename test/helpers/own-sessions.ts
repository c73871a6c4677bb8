import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, exists } from '../../src/sandbox/image/cache.ts';

/** Folders of sessions that belong to this process, by name. */
export async function ownSessions(): Promise<ReadonlySet<string>> {
  const names = async (kind: string) => readdir(path.join(cacheFolder(), kind)).catch(() => []);
  const rooms = (await names('local')).filter(name => name.startsWith(`${process.pid}-`));
  const machines = await Promise.all(
    (await names('sessions')).map(async name => {
      const owner = path.join(cacheFolder(), 'sessions', name, 'owner.json');
      const mark = await readFile(owner, 'utf8').catch(() => '');
      return mark.includes(`"pid":${process.pid},`) ? [name] : [];
    }),
  );
  return new Set([...rooms, ...machines.flat()]);
}

/**
 * Numbers of the processes that this one started, and those started, and that have not ended; and of those that work in a
 * session of ours or in one that is gone: whose parent has ended is init's child.
 */
export async function ownProcesses(): Promise<ReadonlySet<string>> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const own = await ownSessions();
  const parents = new Map(await Promise.all(pids.map(async pid => [pid, await parentOf(pid)] as const)));
  const isDescendant = (pid: string): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === String(process.pid) || isDescendant(parent));
  };
  const found = await Promise.all(
    pids.map(async pid => (isDescendant(pid) || (await isInSession(pid, own)) ? [pid] : [])),
  );
  return new Set(found.flat());
}

async function parentOf(pid: string): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
}

/** Whether its command line names such a folder. What works for another process of ours names one that is there. */
async function isInSession(pid: string, own: ReadonlySet<string>): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  for (const kind of ['sessions', 'local']) {
    const [, behind] = line.split(`${path.join(cacheFolder(), kind)}/`);
    const name = /^[^/\0,]+/.exec(behind ?? '')?.[0];
    if (name === undefined) continue;
    if (own.has(name) || !(await exists(path.join(cacheFolder(), kind, name)))) return true;
  }
  return false;
}
