import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type AnalyzeRequest, analyzeEach, analyzePackage } from '../../src/app/analyze.ts';
import { UserError } from '../../src/base/user-error.ts';
import { project } from '../helpers/buildhaus.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { runWith } from '../helpers/runs.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const never = new AbortController().signal;
const noImage = new UserError('no image', { kind: 'host' });

/** Analyzes as the table says: a run by its name, or an error. */
function scripted(ends: Readonly<Record<string, string | Error>>) {
  return async (platform: string) => {
    const end = ends[platform];
    if (end instanceof Error) throw end;
    return runWith({ run: String(end) });
  };
}

describe('of several platforms', () => {
  const each = (ends: Readonly<Record<string, string | Error>>, signal = never) =>
    analyzeEach(Object.keys(ends), scripted(ends), signal);

  test('one that fails hides neither the run before it nor the one after it', async () => {
    const { runs, failures } = await each({ a: 'r1', b: noImage, c: 'r3' });
    expect(runs.map(({ run }) => run)).toEqual(['r1', 'r3']);
    expect(failures).toEqual([noImage]);
  });

  test('the first that fails ends it, since nothing is known yet', async () => {
    await expect(each({ a: noImage, b: 'r2' })).rejects.toBe(noImage);
  });

  test('a bug of ours ends it at any time', async () => {
    await expect(each({ a: 'r1', b: new Error('unexpected') })).rejects.toThrow('unexpected');
  });

  test('what breaks when the work is interrupted is the interruption', async () => {
    await expect(each({ a: 'r1', b: noImage }, AbortSignal.abort(new Error('Ctrl-C')))).rejects.toThrow(
      'Ctrl-C',
    );
  });
});

describe('before a machine starts', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('a folder of runs that cannot be written is refused', async () => {
    await using folder = await temporaryFolder();
    await expect(analyze(folder.path, { runsFolder: '/sys' })).rejects.toThrow(/not be written to \/sys/);
  });

  test('so is a terminal where the machine has none', async () => {
    await using folder = await temporaryFolder();
    const how = { tty: true, package: '/not-there-1.0.tar.gz' };
    await expect(analyze(folder.path, how)).rejects.toMatchObject({
      message: expect.stringContaining('have no terminal'),
      help: expect.stringContaining('leave out --tty'),
    });
  });

  test('so is a boundary that is not allowed, before the package is looked at', async () => {
    await using folder = await temporaryFolder();
    const how = { requireStrongBoundary: true, package: '/not-there-1.0.tar.gz' };
    await expect(analyze(folder.path, how)).rejects.toThrow(/weak boundary/);
  });
});

/** Analyzes on a Windows machine of a weak boundary, which cannot be reverted. */
async function analyze(folder: string, changes: Partial<AnalyzeRequest>): Promise<unknown> {
  const machines = path.join(folder, 'buildhaus', 'machines');
  await mkdir(machines, { recursive: true });
  const example = JSON.parse(await readFile(path.join(project, 'examples/machines/libvirt.json'), 'utf8'));
  const machine = { ...example, boundary: 'weak', revert: ['false'], stop: ['false'] };
  await writeFile(path.join(machines, 'weak.json'), JSON.stringify(machine));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  vi.stubEnv('XDG_CACHE_HOME', folder);
  return analyzePackage({
    package: path.join(project, 'examples/suspicious-setup'),
    indexLocation: folder,
    platforms: [machine.platform],
    recipe: 'quick',
    timeoutMs: undefined,
    sandbox: 'qemu',
    allowWeakBoundary: false,
    requireStrongBoundary: false,
    mirror: undefined,
    tty: false,
    ruleFolders: [],
    runsFolder: path.join(folder, 'runs'),
    buildhaus: 'test',
    progress: quietProgress,
    signal: never,
    ...changes,
  });
}
