import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvidenceFrame } from '../../../src/model/evidence.ts';
import type { Session } from '../../../src/model/ports.ts';
import { createLocalSandbox, localSandboxProblem } from '../../../src/sandbox/local/sandbox.ts';
import { quietProgress } from '../../helpers/quiet-progress.ts';

const problem = localSandboxProblem();
const patience = () => AbortSignal.timeout(120_000);

/** What the agent does besides telling what it saw. */
describe.skipIf(problem !== undefined)(
  `the agent${problem === undefined ? '' : ` (skipped: ${problem})`}`,
  () => {
    let session: Session;
    beforeAll(async () => {
      session = await createLocalSandbox({ progress: quietProgress }).restore(
        'debian-12/cpython-3.11',
        patience(),
      );
    });
    afterAll(async () => {
      await session?.[Symbol.asyncDispose]();
    });

    function run(script: string, wallMs: number): AsyncIterable<EvidenceFrame> {
      const command = {
        task: 'agent',
        phase: 'start',
        argv: ['/bin/sh', '-c', script],
        cwd: '/',
        env: { PATH: '/usr/bin:/bin' },
        user: 'user',
        network: 'deny',
        limits: {
          ...{ wallMs, processes: 100, memoryBytes: 0, fileBytes: 0 },
          ...{ outputBytes: 0, traceBytes: 64 * 1024 * 1024, lingerMs: 300 },
        },
        tty: false,
      } as const;
      return session.run(command, patience());
    }

    test('sleeps while its host does not read, also when the time of its command is over', async () => {
      let [isPaused, busyMs] = [false, 0];
      let last: EvidenceFrame | undefined;
      for await (const frame of run('exec cat /dev/zero', 1000)) {
        if (!isPaused && frame.kind === 'chunk' && frame.stream === 'stdout') {
          isPaused = true;
          await wait(1500);
          const before = await agentMs();
          await wait(2000);
          busyMs = (await agentMs()) - before;
        }
        if (frame.kind === 'exit') expect(frame).toMatchObject({ timedOut: true });
        last = frame;
      }
      expect(last?.kind).toBe('bye');
      expect(isPaused).toBe(true);
      expect(busyMs).toBeLessThan(300);
    });

    test('removes a group that an agent left, and none that another one holds', async () => {
      const groups = await mkdtemp(path.join(tmpdir(), 'groups-'));
      await sh(`mount -t cgroup2 none ${groups}`);
      const [left, held] = [path.join(groups, 'session-1.scope'), path.join(groups, 'session-2.scope')];
      try {
        await mkdir(left);
        await mkdir(held);
        const holder = spawn('/usr/bin/flock', ['--exclusive', held, 'sh', '-c', 'echo held; cat'], {
          stdio: ['pipe', 'pipe', 'ignore'],
        });
        await once(holder.stdout, 'data');
        for await (const _ of run('true', 10_000));
        const names = await readdir(groups);
        expect([names.includes('session-1.scope'), names.includes('session-2.scope')]).toEqual([false, true]);
        holder.stdin.end();
        await once(holder, 'close');
        await rmdir(held);
      } finally {
        await sh(`umount ${groups}`);
        await rmdir(groups);
      }
    });
  },
);

const tickMs = 10;

/** How long our agent has worked so far. */
async function agentMs(): Promise<number> {
  for (const name of (await readdir('/proc')).filter(one => /^\d+$/.test(one))) {
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line !== '/run/agent/agent\0run\0' || !(await isOurs(Number(name)))) continue;
    const [user, system] = (await statOf(Number(name))).slice(11, 13).map(Number);
    return ((user ?? 0) + (system ?? 0)) * tickMs;
  }
  throw new Error('there is no agent');
}

async function isOurs(pid: number): Promise<boolean> {
  if (!(pid > 1)) return false;
  return pid === process.pid || isOurs(Number((await statOf(pid))[1]));
}

/** The fields of `/proc/PID/stat` after the name, which may hold anything. */
async function statOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

async function sh(script: string): Promise<void> {
  const child = spawn('/bin/sh', ['-euc', script], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${script}: ${code}`);
}
