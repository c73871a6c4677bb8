import { spawnSync } from 'node:child_process';
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/runner/exit-code.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { buildhaus, project, startBuildhaus } from '../helpers/buildhaus.ts';
import { ruleText } from '../helpers/rule-text.ts';
import { runWith } from '../helpers/runs.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const slow = { timeout: 60_000 };

test('the table of exit codes names each one with what it means', slow, async () => {
  const { code, stdout } = await buildhaus('exit-codes');
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toEqual(
    Object.entries(exitCodes).map(([number, meaning]) => `${number.padEnd(3)}  ${meaning}`),
  );
});

describe('the exit code', () => {
  test('of a rule whose test fails is 1', slow, async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'demo.yaml');
    await writeFile(file, ruleText('match: { kind: file.delete }'));
    const { code, stdout } = await buildhaus('rules', 'test', file);
    expect(stdout).toContain('demo: "hit" should hit');
    expect([code, exitCodes[1]]).toEqual([1, expect.stringContaining('rules test')]);
  });

  test('of a run that was changed since it was sealed is 3', slow, async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    await writer.seal(runWith({ run: 'r1' }));
    await appendFile(path.join(folder.path, 'r1', 'events.parquet'), 'x');
    const { code, stdout } = await buildhaus('runs', 'verify', 'r1', '--runs', folder.path);
    expect(stdout).toContain('events.parquet');
    expect([code, exitCodes[3]]).toEqual([3, expect.stringContaining('runs verify')]);
  });

  test('of a command whose reader goes away is 141', slow, async () => {
    await using folder = await temporaryFolder();
    const question = 'SELECT range FROM range(1000000)';
    const { child } = startBuildhaus('sql', question, '--format', 'csv', '--runs', folder.path);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const code = await new Promise(resolve => child.once('exit', resolve));
    expect([code, exitCodes[141]]).toEqual([141, expect.stringContaining('went away')]);
  });

  test('of data that standard output has no room for is 5, with the fix', slow, () => {
    const command = 'exec "$0" --import tsx src/main.ts exit-codes > /dev/full';
    const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(stderr).toMatch(
      /^buildhaus: standard output cannot be written: ENOSPC.*\n {2}fix: make room on that disk/,
    );
    expect(status).toBe(5);
  });
});
