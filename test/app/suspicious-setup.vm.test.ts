import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { missingDebianPackages } from '../../src/sandbox/host/debian-packages.ts';
import { buildhaus, type Ended, project, reportOf, statuses } from '../helpers/buildhaus.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const missing = await missingDebianPackages();
const skipped = missing.length === 0 ? '' : ` (skipped: this host lacks ${missing.join(', ')})`;

describe.skipIf(missing.length > 0)(`examples/suspicious-setup under QEMU${skipped}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let runs: string;
  let ended: Ended;
  beforeAll(async () => {
    folder = await temporaryFolder();
    runs = path.join(folder.path, 'runs');
    const index = path.join(folder.path, 'index');
    await mkdir(index);
    ended = await buildhaus(
      ...['analyze', 'examples/suspicious-setup', '--index', index, '--runs', runs, '--format', 'json'],
    );
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  test('ends with 1, passes every task, and its evidence is complete', () => {
    const report = reportOf(ended);
    expect(ended.code).toBe(1);
    expect(report.exit_code).toBe(1);
    expect(report.verdict).toMatchObject({
      grade: 'PASS',
      behaviour: 'suspicious',
      integrity: 'complete',
    });
    expect(statuses(report)).toEqual({
      ...{ fetch: 'passed', unpack: 'passed', build: 'passed', install: 'passed', start: 'passed' },
      ...{ import: 'passed', 'entry-points': 'not-applicable', test: 'not-applicable', uninstall: 'passed' },
    });
  });

  test('the kernel counted what every task did, and the trace agrees', () => {
    const states = reportOf(ended).tasks.map(({ name, sensor }) => [name, sensor?.state]);
    expect(states).toEqual(states.map(([name]) => [name, 'agrees']));
    expect(states).toHaveLength(9);
  });

  test('everything it does is a finding of the build, and nothing else is', () => {
    const { findings } = reportOf(ended);
    expect(findings.map(({ phase, rule }) => `${phase}: ${rule}`).sort()).toEqual([
      'build: cloud-credential-read',
      'build: connect-outside',
      'build: private-key-read',
      'build: shell-startup-written',
      'build: written-then-executed',
    ]);
    const evidence = findings.flatMap(finding => finding.evidence);
    const summaries = evidence.map(({ summary }) => summary).join('\n');
    for (const sign of [
      '.ssh/id_ed25519',
      '.aws/credentials',
      '.bashrc',
      'suspicious-setup.sh',
      '198.51.100.7',
    ])
      expect(summaries).toContain(sign);
    // What the disk shows afterwards was done by no process of its own.
    const calls = evidence.filter(({ call }) => call !== 'content');
    expect(calls.length).toBeGreaterThanOrEqual(findings.length);
    for (const { chain } of calls) expect(chain.length).toBeGreaterThan(1);
  });

  test('the report is as the published schema says', async () => {
    const text = await readFile(path.join(project, 'schemas', 'report.schema.json'), 'utf8');
    const schema = z.fromJSONSchema(JSON.parse(text));
    expect(schema.safeParse(JSON.parse(ended.stdout)).error).toBeUndefined();
    expect(schema.safeParse({ schema_version: 1 }).success).toBe(false);
  });

  test('the bundle is whole, sealed and alone', async () => {
    const { run } = reportOf(ended);
    expect(await readdir(runs)).toEqual([run]);
    const files = await readdir(path.join(runs, run));
    expect(files).toEqual(
      expect.arrayContaining([
        ...['run.json', 'manifest.json', 'evidence'],
        ...['events.parquet', 'processes.parquet', 'tasks.parquet', 'findings.parquet'],
      ]),
    );
    expect(await buildhaus('runs', 'verify', run, '--runs', runs)).toMatchObject({
      code: 0,
      stdout: `${run}: intact\n`,
    });
  });

  test('its events are made again byte for byte when they are gone', async () => {
    const { run } = reportOf(ended);
    const events = path.join(runs, run, 'events.parquet');
    const sealed = await readFile(events);
    await rm(events);
    const rebuilt = await buildhaus('runs', 'rebuild', run, '--runs', runs);
    expect(rebuilt).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${run}: events.parquet: made again\n`),
    });
    expect(sealed.equals(await readFile(events))).toBe(true);
    expect(await buildhaus('runs', 'verify', run, '--runs', runs)).toMatchObject({
      code: 0,
      stdout: `${run}: intact\n`,
    });
  });

  test('is answered for in SQL', async () => {
    const question =
      "select distinct phase from events where kind = 'net.connect' and raddr = '198.51.100.7'";
    const answer = await buildhaus('sql', question, '--format', 'json', '--runs', runs);
    expect(JSON.parse(answer.stdout)).toEqual([{ phase: 'build' }]);
  });
});
