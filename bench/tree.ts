/**
 * What it costs to look at the whole disk after a task: `npm run bench:tree [-- SANDBOX PLATFORM ROUNDS]`. The first
 * look of a session, looks at a tree that did not change, and looks after a folder of files was written.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { defaultPlatform } from '../src/app/default-platform.ts';
import { openSandboxes } from '../src/app/sandboxes.ts';
import type { TracedCommand } from '../src/model/evidence.ts';
import { defaultLimits } from '../src/runner/limits.ts';

const [backend = 'qemu', platform = defaultPlatform, rounds = '5'] = process.argv.slice(2);
const signal = AbortSignal.timeout(1_800_000);
const sandbox = await openSandboxes({
  sandbox: backend === 'local' ? 'local' : 'qemu',
  allowWeakBoundary: true,
  requireStrongBoundary: false,
  mirror: undefined,
  progress: { start: () => () => undefined, note: () => undefined },
  signal,
})(platform);
console.log(`${backend}, ${platform}`);
// Once to have a snapshot.
await (await sandbox.restore(platform, signal))[Symbol.asyncDispose]();
const restoring = performance.now();
await using session = await sandbox.restore(platform, signal);
console.log(`restored in ${(performance.now() - restoring).toFixed(0)} ms`);
await look('first');
for (let round = 0; round < Number(rounds); round += 1) await look('unchanged');
await run('mkdir -p ~/d && cd ~/d && for i in $(seq 200); do head -c 20000 /dev/urandom > $i; done');
await look('200 new files, 4 MB');
await look('unchanged');

async function look(what: string): Promise<void> {
  const [began, used] = [performance.now(), processorMs()];
  const entries = await session.listTree(signal);
  const [tookMs, usedMs] = [performance.now() - began, processorMs() - used];
  const figures = [tookMs, usedMs].map(ms => `${ms.toFixed(0).padStart(6)} ms`).join(', processor ');
  console.log(`${what.padEnd(22)} ${figures}  ${entries.length} files`);
}

function sumOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Number(text), 0);
}

/** Processor time of this process and all below it, the machine's too: other work on the host does not count. */
function processorMs(): number {
  const parents = new Map<string, { readonly parent: string; readonly ticks: number }>();
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const [, parent = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(pid, { parent, ticks: sumOf(rest.slice(9, 13)) });
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (pid: string): boolean =>
    pid === String(process.pid) || isOursBy(parents.get(pid)?.parent ?? '0');
  const isOursBy = (parent: string) => parent !== '0' && parent !== '1' && isOurs(parent);
  const ours = [...parents].filter(([pid]) => isOurs(pid));
  return 10 * sumOf(ours.map(([, { ticks }]) => String(ticks)));
}

async function run(script: string): Promise<void> {
  const command: TracedCommand = {
    task: 'bench',
    phase: 'start',
    argv: ['/bin/sh', '-c', script],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', HOME: session.machine.home },
    user: 'user',
    network: 'deny',
    limits: defaultLimits,
    tty: false,
  };
  for await (const frame of session.run(command, signal))
    if (frame.kind === 'lost') throw new Error(frame.reason);
}
