import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { localSandboxProblem } from '../../src/sandbox/local/sandbox.ts';
import { buildhaus, type Ended, project, reportOf, statuses } from '../helpers/buildhaus.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const skip = localSandboxProblem();
const packages = path.join(project, 'corpus');
const asking = path.join(packages, 'hostile', 'resources', 'R6d-asks');
const hanging = path.join(packages, 'hostile', 'resources', 'R6g-hangs');
const raising = path.join(packages, 'benign', 'raises');

/** A folder with an empty index and a place for runs: no test asks anybody but this machine. */
async function workplace() {
  const folder = await temporaryFolder();
  const at = (...parts: readonly string[]) => path.join(folder.path, ...parts);
  await mkdir(at('index'));
  const analyze = (given: string, ...options: readonly string[]): Promise<Ended> =>
    buildhaus(
      ...['analyze', given, '--index', at('index'), '--runs', at('runs'), '--format', 'json'],
      ...['--sandbox', 'local', '--allow-weak-boundary', '--recipe', 'quick', ...options],
    );
  return {
    at,
    analyze,
    runs: () => readdir(at('runs')).catch(() => []),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function refusal(ended: Ended): unknown {
  const line = ended.stderr.trim().split('\n').at(-1) ?? '';
  return JSON.parse(line);
}

describe('what is no package is refused before a machine starts', () => {
  test('a text file with the name of an archive', async () => {
    await using work = await workplace();
    await writeFile(work.at('notes-1.0.tar.gz'), 'Dear reader,\n');
    const ended = await work.analyze(work.at('notes-1.0.tar.gz'));
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(refusal(ended)).toMatchObject({
      error: {
        message: expect.stringContaining('not a gzip archive'),
        hint: expect.stringContaining('download'),
      },
    });
    expect(await work.runs()).toEqual([]);
  });

  test('an empty folder', async () => {
    await using work = await workplace();
    const ended = await work.analyze(work.at('index'));
    expect(ended.code).toBe(2);
    expect(refusal(ended)).toMatchObject({
      error: {
        message: expect.stringContaining('an empty folder'),
        hint: expect.stringContaining('pyproject'),
      },
    });
    expect(await work.runs()).toEqual([]);
  });

  test('a file that is not there', async () => {
    await using work = await workplace();
    const ended = await work.analyze(work.at('gone-1.0.tar.gz'));
    expect(ended.code).toBe(2);
    expect(refusal(ended)).toMatchObject({
      error: {
        message: expect.stringContaining('no such file'),
        hint: expect.stringContaining('name==version'),
      },
    });
    expect(await work.runs()).toEqual([]);
  });

  test('a platform that has no image recipe', async () => {
    await using work = await workplace();
    const ended = await work.analyze(asking, '--platform', 'plan-9/cpython-3.11');
    expect(ended.code).toBe(2);
    expect(refusal(ended)).toMatchObject({
      error: {
        message: 'there is no platform plan-9/cpython-3.11',
        hint: expect.stringContaining('debian-12/'),
      },
    });
    expect(await work.runs()).toEqual([]);
  });

  test('an index in which two sdists claim to be one release', async () => {
    await using work = await workplace();
    for (const name of ['two-1.0.tar.gz', 'two-1.0.0.zip']) await writeFile(work.at('index', name), 'x');
    const ended = await work.analyze(asking);
    expect(ended.code).toBe(2);
    expect(refusal(ended)).toMatchObject({
      error: {
        message: expect.stringMatching(/two-1\.0\.0\.zip and two-1\.0\.tar\.gz both claim/),
        hint: expect.stringContaining('keep the one'),
      },
    });
    expect(await work.runs()).toEqual([]);
  });
});

describe.skipIf(skip !== undefined)(
  `a hostile package ends in a finished run${skip === undefined ? '' : ` (skipped: ${skip})`}`,
  () => {
    test('a truncated archive cannot be unpacked', async () => {
      await using work = await workplace();
      const whole = gzipSync(await readFile(path.join(project, 'package-lock.json')));
      await writeFile(work.at('cut-1.0.tar.gz'), whole.subarray(0, whole.length / 2));
      const ended = await work.analyze(work.at('cut-1.0.tar.gz'), '--strict');
      const report = reportOf(ended);
      expect(statuses(report)).toMatchObject({ unpack: 'failed', build: 'skipped', install: 'skipped' });
      expect(report.verdict).toMatchObject({ grade: 'FAIL', integrity: 'complete' });
      expect(ended.code).toBe(4);
      expect(await work.runs()).toEqual([report.run]);
    });

    test('a setup.py that raises fails with its own exception as the reason', async () => {
      await using work = await workplace();
      const ended = await work.analyze(raising, '--strict');
      const report = reportOf(ended);
      expect(report.tasks.map(task => task.reason).join('\n')).toContain('this release cannot be built');
      expect(report.verdict).toMatchObject({ grade: 'FAIL', behaviour: 'note', integrity: 'complete' });
      expect(report.verdict.reasons.join()).toContain('build failed, install skipped, import skipped');
      expect(ended.code).toBe(4);
    });

    test('a setup.py that hangs is timed out, and the analysis is not complete', async () => {
      await using work = await workplace();
      const ended = await work.analyze(hanging, '--timeout', '20s');
      const report = reportOf(ended);
      expect(Object.values(statuses(report))).toContain('timed-out');
      expect(report.tasks.flatMap(task => task.survivors)).toEqual([]);
      expect(ended.code).toBe(3);
    });

    test('a setup.py that asks for input is told that there is none', async () => {
      await using work = await workplace();
      const ended = await work.analyze(asking, '--strict');
      expect(
        reportOf(ended)
          .tasks.map(task => task.reason)
          .join('\n'),
      ).toContain('EOFError');
      expect(ended.code).toBe(4);
    });
  },
);
