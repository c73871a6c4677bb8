import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EvidenceFrame } from '../../../src/model/evidence.ts';
import { describeLocally, patience } from '../../helpers/local-session.ts';
import { mountGroups } from '../../helpers/mounted-groups.ts';
import { ownProcesses } from '../../helpers/own-sessions.ts';

/** What the agent does besides telling what it saw. */
describeLocally('the agent', session => {
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
    return session().run(command, patience());
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
    await using groups = await mountGroups();
    const [left, held] = [
      path.join(groups.path, 'session-1.scope'),
      path.join(groups.path, 'session-2.scope'),
    ];
    await mkdir(left);
    await mkdir(held);
    const holder = spawn('/usr/bin/flock', ['--exclusive', held, 'sh', '-c', 'echo held; cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(holder.stdout, 'data');
    for await (const _ of run('true', 10_000));
    const names = await readdir(groups.path);
    expect([names.includes('session-1.scope'), names.includes('session-2.scope')]).toEqual([false, true]);
    holder.stdin.end();
    await once(holder, 'close');
    await rmdir(held);
  });
});

const tickMs = 10;

/** How long our agent has worked so far. */
async function agentMs(): Promise<number> {
  for (const pid of await ownProcesses()) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line !== '/run/agent/agent\0run\0') continue;
    const [user, system] = (await statOf(pid)).slice(11, 13).map(Number);
    return ((user ?? 0) + (system ?? 0)) * tickMs;
  }
  throw new Error('there is no agent');
}

/** The fields of `/proc/PID/stat` after the name, which may hold anything. */
async function statOf(pid: string): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
