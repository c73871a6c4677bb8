import { mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingDebianPackages } from '../../src/sandbox/host/debian-packages.ts';
import { sessionsFolder } from '../../src/sandbox/qemu/session-folder.ts';
import { buildhaus, startBuildhaus } from '../helpers/buildhaus.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const missing = await missingDebianPackages();
const skipped = missing.length === 0 ? '' : ` (skipped: this host lacks ${missing.join(', ')})`;

/** Starts an analysis under QEMU; tells what it has on this host. */
async function startAnalysis() {
  const folder = await temporaryFolder();
  const at = (name: string) => path.join(folder.path, name);
  await mkdir(at('index'));
  const before: readonly string[] = await readdir(sessionsFolder()).catch(() => []);
  const running = startBuildhaus(
    ...['analyze', 'examples/suspicious-setup', '--index', at('index'), '--runs', at('runs'), '--verbose'],
  );
  const sessions = async () => (await readdir(sessionsFolder())).filter(name => !before.includes(name));
  return {
    ...running,
    runs: at('runs'),
    sessions,
    partials: () => readdir(at('runs')).catch(() => []),
    machines: () => machinesOf(sessionsFolder(), before),
    [Symbol.asyncDispose]: async () => {
      running.child.kill('SIGKILL');
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Processes of QEMU whose files lie in session folders that were not there before. */
async function machinesOf(folder: string, before: readonly string[]): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map(async pid => {
      const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return program.includes('qemu-system') ? line : '';
    }),
  );
  return commands.filter(line => line.includes(folder) && !before.some(name => line.includes(name)));
}

describe.skipIf(missing.length > 0)(`Ctrl-C${skipped}`, () => {
  test('while the machine is restored leaves no machine, no folder and no bundle', async () => {
    await using analysis = await startAnalysis();
    await expect.poll(analysis.sessions, { timeout: 240_000, interval: 5 }).toHaveLength(1);
    analysis.child.kill('SIGINT');
    const { code, stdout, stderr } = await analysis.ended;
    expect(stderr).toContain('SIGINT: ending the machine');
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(await analysis.machines()).toEqual([]);
    expect(await analysis.sessions()).toEqual([]);
    expect(await analysis.partials()).toEqual([]);
  });

  test('while a task runs leaves no machine, no folder and no bundle', async () => {
    await using analysis = await startAnalysis();
    await analysis.says(/\.\. {2}fetch/);
    expect(await analysis.machines()).toHaveLength(1);
    expect(await analysis.partials()).toHaveLength(1);
    analysis.child.kill('SIGINT');
    const { code, stdout, stderr } = await analysis.ended;
    expect(stderr).not.toMatch(/a bug|Warning/);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(await analysis.machines()).toEqual([]);
    expect(await analysis.sessions()).toEqual([]);
    expect(await analysis.partials()).toEqual([]);
  });
});

describe.skipIf(missing.length > 0)(`a process that is killed at once${skipped}`, () => {
  test('takes its machine with it, and gc removes what it left', async () => {
    await using analysis = await startAnalysis();
    await analysis.says(/\.\. {2}fetch/);
    analysis.child.kill('SIGKILL');
    await analysis.ended;
    await expect.poll(analysis.machines, { timeout: 10_000 }).toEqual([]);
    expect([await analysis.sessions(), await analysis.partials()]).toMatchObject([
      { length: 1 },
      { length: 1 },
    ]);
    const { code } = await buildhaus('gc', '--runs', analysis.runs);
    expect(code).toBe(0);
    expect([await analysis.sessions(), await analysis.partials()]).toEqual([[], []]);
  });
});
