import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** This host's cgroup v2, mounted until disposed: `await using groups = await mountGroups()`. */
export async function mountGroups(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'groups-'));
  await runShell(`mount -t cgroup2 none ${folder}`);
  return {
    path: folder,
    [Symbol.asyncDispose]: async () => {
      await runShell(`umount ${folder}`);
      await rmdir(folder);
    },
  };
}

/** Runs a script of a test on this host; throws when it fails. */
export async function runShell(script: string): Promise<void> {
  const child = spawn('/bin/sh', ['-euc', script], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${script}: ${code}`);
}
