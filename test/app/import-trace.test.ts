import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { importTrace } from '../../src/app/import-trace.ts';
import { findRun } from '../../src/app/runs.ts';
import { project } from '../helpers/buildhaus.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { ruleText } from '../helpers/rule-text.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('a rule that fails on what a trace holds does not lose the trace', async () => {
  await using folder = await temporaryFolder();
  const question = 'sql: SELECT run, seq FROM events WHERE path::INT = 1';
  await writeFile(path.join(folder.path, 'demo.yaml'), ruleText(question));
  const { run, counts } = await importTrace({
    file: path.join(project, 'traces-fixtures', 'strace', 'pid-namespace.strace'),
    tracer: 'auto',
    platform: 'unknown',
    phase: 'install',
    rules: [folder.path],
    runs: path.join(folder.path, 'runs'),
    buildhaus: '1',
    progress: quietProgress,
    signal: new AbortController().signal,
  });
  const sealed = await findRun(path.join(folder.path, 'runs'), run);
  expect(sealed.counts.events).toBe(counts.events);
  expect(sealed.verdict.integrity).toBe('incomplete');
  expect(sealed.verdict.reasons.join()).toMatch(
    /rule demo could not be asked: Conversion Error: .* to INT32/,
  );
});
