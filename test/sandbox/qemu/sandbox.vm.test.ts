import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvidenceFrame, TracedCommand } from '../../../src/model/evidence.ts';
import type { Session } from '../../../src/model/ports.ts';
import { limitsOf } from '../../../src/runner/limits.ts';
import { missingDebianPackages } from '../../../src/sandbox/host/debian-packages.ts';
import { createQemuSandbox, prepareMachine } from '../../../src/sandbox/qemu/sandbox.ts';
import { removeOrphans, sessionsFolder } from '../../../src/sandbox/qemu/session-folder.ts';
import { describeSandbox } from '../../contract/sandbox.ts';
import { quietProgress } from '../../helpers/quiet-progress.ts';

const missing = await missingDebianPackages();
const skip = missing.length === 0 ? undefined : `this host lacks ${missing.join(', ')}`;
const skipped = skip === undefined ? '' : ` (skipped: ${skip})`;
const platform = 'debian-12/cpython-3.11';
const patience = () => AbortSignal.timeout(900_000);

const MiB = 1024 * 1024;

/** Of a command, which is one of them. */
const processLimit = 20;

for (const each of [platform, 'debian-13/cpython-3.13']) {
  describeSandbox(`qemu sandbox of ${each}`, {
    create: () => createQemuSandbox({ progress: quietProgress }),
    platform: each,
    skip,
  });
}

describe.skipIf(skip !== undefined)(`a machine under QEMU${skipped}`, () => {
  let session: Session;
  beforeAll(async () => {
    session = await createQemuSandbox({ progress: quietProgress }).restore(platform, patience());
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
  });

  test('says what its boundary is', () => {
    const { accelerator, boundary } = session.machine;
    expect(boundary).toBe(accelerator === 'tcg' ? 'weak' : 'strong');
  });

  test('two restores have other names, users and canaries, and the clock of the host', async () => {
    const other = await createQemuSandbox({ progress: quietProgress }).restore(platform, patience());
    try {
      const [mine, theirs] = [await lookAround(session), await lookAround(other)];
      expect([mine.hostname, mine.user]).toEqual([session.machine.hostname, session.machine.user]);
      expect([theirs.hostname, theirs.user]).toEqual([other.machine.hostname, other.machine.user]);
      expect(theirs.hostname).not.toBe(mine.hostname);
      expect(theirs.user).not.toBe(mine.user);
      expect(mine.canary).toMatch(/\w{20}/);
      expect(theirs.canary).not.toBe(mine.canary);
      for (const { driftSeconds } of [mine, theirs]) expect(driftSeconds).toBeLessThan(60);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  test.each([
    [processLimit - 1, []],
    [processLimit, ['processes']],
  ])('a command that makes %i processes beside itself reaches the caps %j', async (count, caps) => {
    const { exit } = await python(session, forks(count), { processes: processLimit });
    expect(exit).toMatchObject({ code: 0, caps, survivors: [] });
  });

  test.each([
    [32, { code: 0, caps: [] }],
    [128, { signal: 'SIGKILL', caps: ['memory'] }],
  ])('a command that takes %i MiB of 64 ends as %j', async (taken, end) => {
    const limits = { memoryBytes: 64 * MiB };
    expect((await python(session, `bytearray(${taken * MiB})`, limits)).exit).toMatchObject(end);
  });

  test('a disposed session leaves no folder', async () => {
    const before = await readdir(sessionsFolder());
    const other = await createQemuSandbox({ progress: quietProgress }).restore(platform, patience());
    await other[Symbol.asyncDispose]();
    expect(await readdir(sessionsFolder())).toEqual(before);
  });

  test('when its process is killed the machine dies, and the next start removes the folder', async () => {
    const script = new URL('../../helpers/hold-session.ts', import.meta.url).pathname;
    const holder = spawn(process.execPath, ['--import', 'tsx', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const during = qemuCount();
    holder.kill('SIGKILL');
    await once(holder, 'close');
    await expect.poll(qemuCount, { timeout: 10_000 }).toBe(during - 1);
    expect(await removeOrphans()).toBe(1);
  });
});

describe.skipIf(skip !== undefined)(`preparing a machine${skipped}`, () => {
  test('a strong boundary is refused where there is only emulation, and had where there is more', async () => {
    const options = { progress: quietProgress, requireStrongBoundary: true, signal: patience() };
    const { acceleration } = await prepareMachine(platform, { ...options, requireStrongBoundary: false });
    const strict = prepareMachine(platform, options);
    if (acceleration.accelerator === 'tcg')
      await expect(strict).rejects.toThrow('no hardware virtualization');
    else expect((await strict).acceleration.accelerator).toBe(acceleration.accelerator);
  });
});

/** Makes processes until it has as many or is refused one, and ends them. */
const forks = (count: number) => `
import os, time
children = []
try:
    while len(children) < ${count}:
        child = os.fork()
        if child == 0: time.sleep(1000)
        children.append(child)
except OSError:
    pass
for child in children:
    os.kill(child, 9)
    os.wait()`;

function python(session: Session, code: string, limits: Partial<TracedCommand['limits']>) {
  return run(session, ['/usr/bin/python3', '-c', code], limits);
}

/** What a package finds of who and when it is. */
async function lookAround(session: Session) {
  const bait = `${session.machine.home}/.npmrc`;
  const script = `cat /proc/sys/kernel/hostname; id -un; sed s/.*=// ${bait}; date +%s`;
  const { said } = await run(session, ['/bin/sh', '-c', script]);
  const [hostname, user, canary, seconds] = said.split('\n');
  return { hostname, user, canary, driftSeconds: Math.abs(Date.now() / 1000 - Number(seconds)) };
}

async function run(session: Session, argv: readonly string[], limits: Partial<TracedCommand['limits']> = {}) {
  const command: TracedCommand = {
    task: 'any',
    phase: 'start',
    argv,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    user: 'user',
    network: 'deny',
    limits: { ...limitsOf(60), ...limits },
    tty: false,
  };
  let [said, exit]: [string, Exit | undefined] = ['', undefined];
  for await (const frame of session.run(command, patience())) {
    if (frame.kind === 'chunk' && frame.stream === 'stdout') said += Buffer.from(frame.bytes).toString();
    if (frame.kind === 'exit') exit = frame;
  }
  return { said, exit };
}

type Exit = Extract<EvidenceFrame, { kind: 'exit' }>;

function qemuPids(): readonly string[] {
  try {
    return execFileSync('pgrep', ['-x', 'qemu-system-x86'], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return [];
  }
}

function qemuCount(): number {
  return qemuPids().length;
}
