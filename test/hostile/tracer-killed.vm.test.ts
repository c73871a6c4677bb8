import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { defaultPlatform } from '../../src/app/default-platform.ts';
import { loadRules } from '../../src/app/rules.ts';
import { createLocalSandbox, localSandboxProblem } from '../../src/sandbox/local/sandbox.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { corpus } from './catalogue.ts';
import { caseSchema, isPlayed } from './expectation.ts';
import { play } from './play.ts';

const problem = localSandboxProblem();

/** No package reaches its tracer; were there one that does, this is what comes of it. */
describe.skipIf(problem !== undefined)('a tracer that is killed', () => {
  test('leaves a run that is incomplete, and nothing of the package behind', async () => {
    const one = caseSchema.parse({
      id: 'T2',
      tries: 'goes on without its tracer',
      oracle: ['INTEG'],
      limits: { wallMs: 60_000 },
      expect: { integrity: 'incomplete' },
    });
    if (!isPlayed(one)) throw new Error('expected a case that is played');
    const stage = {
      platform: defaultPlatform,
      rules: await loadRules([]),
      sandbox: createLocalSandbox({ progress: quietProgress }),
    };
    const folder = path.join(corpus, 'resources', 'R6a-loop');
    const [came] = await Promise.all([
      play(one, folder, stage, async played => played),
      killTracerOf('project/setup.py'),
    ]);
    expect(came.harm).toEqual([]);
    expect(came.run.verdict.integrity).toBe('incomplete');
    const act = came.run.tasks.find(({ name }) => name === 'act');
    expect(act?.reason).toContain('the tracer ended before what it traced');
    expect(act?.duration_ms).toBeLessThan(30_000);
    expect(await tracersOf('project/setup.py')).toEqual([]);
  });
});

/** Waits until a command is traced, and kills its tracer. */
async function killTracerOf(command: string): Promise<void> {
  for (let tracers = await tracersOf(command); ; tracers = await tracersOf(command)) {
    for (const pid of tracers) process.kill(pid, 'SIGKILL');
    if (tracers.length > 0) return;
    await sleep(50);
  }
}

/** Who traces a command with such an argument, of those that this process started. */
async function tracersOf(command: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const tracers = await Promise.all(
    pids.map(async pid => {
      const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return argv.split('\0').includes(command) ? await numberOf(pid, 'TracerPid') : 0;
    }),
  );
  const ours = await Promise.all([...new Set(tracers)].map(async pid => ((await isOurs(pid)) ? [pid] : [])));
  return ours.flat();
}

async function isOurs(pid: number): Promise<boolean> {
  for (let one = pid; one > 1; one = await numberOf(one, 'PPid')) if (one === process.pid) return true;
  return false;
}

async function numberOf(pid: number | string, name: 'PPid' | 'TracerPid'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${name}:\\t(\\d+)$`, 'm').exec(status)?.[1] ?? 0);
}
