import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildhaus, project, reportOf } from '../helpers/buildhaus.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const trace = path.join(project, 'traces-fixtures', 'strace', 'pid-namespace.strace');

test('a recorded trace becomes a run that SQL can be asked of', { timeout: 60_000 }, async () => {
  await using runs = await temporaryFolder();
  const ended = await buildhaus('import', trace, '--runs', runs.path, '--format', 'json');
  const report = reportOf(ended);
  expect(ended.code).toBe(3);
  expect(report.verdict).toMatchObject({ grade: 'NA', integrity: 'incomplete' });
  expect(await readdir(runs.path)).toEqual([report.run]);
  const question = 'select count(*) as events from events';
  const answer = await buildhaus('sql', question, '--format', 'json', '--runs', runs.path);
  expect(JSON.parse(answer.stdout)).toEqual([{ events: report.counts.events }]);
});

test('a recorded trace is printed as one JSON object an event', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await buildhaus('parse', trace, '--format', 'ndjson');
  const kinds = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).kind);
  expect(code).toBe(0);
  expect(kinds).toContain('process.exec');
  expect(stderr).toContain(`${kinds.length} events, 0 diagnostics`);
});
