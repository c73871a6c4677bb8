import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { importTrace, readTrace } from '../../src/app/import-trace.ts';
import { openChunks } from '../../src/app/parse-trace.ts';
import { loadRules } from '../../src/app/rules.ts';
import { findRun } from '../../src/app/runs.ts';
import type { CapName } from '../../src/model/caps.ts';
import { createNumbering } from '../../src/runner/numbering.ts';
import { MAX_DESCRIPTORS } from '../../src/tracers/strace/state/descriptor-table.ts';
import { project } from '../helpers/buildhaus.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { ruleText } from '../helpers/rule-text.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { MemoryWriter } from '../runner/scripted-session.ts';

async function imported(folder: string, rules: readonly string[] = []) {
  return await importTrace({
    file: path.join(project, 'traces-fixtures', 'strace', 'pid-namespace.strace'),
    tracer: 'auto',
    platform: 'unknown',
    phase: 'install',
    ruleFolders: rules,
    runsFolder: path.join(folder, 'runs'),
    buildhaus: '1',
    progress: quietProgress,
    signal: new AbortController().signal,
  });
}

test('a trace becomes a task that did nothing here, and whose evidence nobody vouches for', async () => {
  await using folder = await temporaryFolder();
  const { tasks, verdict } = await imported(folder.path);
  expect(tasks).toMatchObject([
    { name: 'trace', phase: 'install', status: 'not-applicable', caps: [], sensor: null },
  ]);
  expect(tasks[0]?.events).toBeGreaterThan(10);
  expect(verdict.integrity).toBe('incomplete');
});

test('a rule that fails on what a trace holds does not lose the trace', async () => {
  await using folder = await temporaryFolder();
  const question = 'sql: SELECT run, seq FROM events WHERE path::INT = 1';
  await writeFile(path.join(folder.path, 'demo.yaml'), ruleText(question));
  const { run, counts } = await imported(folder.path, [folder.path]);
  const sealed = await findRun(path.join(folder.path, 'runs'), run);
  expect(sealed.counts.events).toBe(counts.events);
  expect(sealed.counts.rules).toBe((await loadRules([])).rules.length);
  expect(sealed.verdict.integrity).toBe('incomplete');
  expect(sealed.verdict.reasons.join()).toMatch(
    /rule demo could not be asked: Conversion Error: .* to INT32/,
  );
});

const line = '10 1700000000.000001 openat(AT_FDCWD, "/etc/hosts", O_RDONLY) = 3\n';

async function readWith(caps: readonly CapName[], text = line) {
  const writer = Object.assign(new MemoryWriter(), { caps });
  const trace = await openChunks(Readable.from([Buffer.from(text)]), 'recorded', 'strace');
  return await readTrace({ trace, phase: 'install', progress: quietProgress }, writer, createNumbering());
}

test('limits of the store that a trace reached are among its own', async () => {
  expect((await readWith([])).caps).toEqual([]);
  expect((await readWith(['event-text'])).caps).toEqual(['event-text']);
});

test('so are those of its parser', async () => {
  const open = (_: unknown, index: number) => `7 1.0 open("/f", O_RDONLY) = ${index}\n`;
  const text = Array.from({ length: MAX_DESCRIPTORS + 1 }, open).join('');
  expect((await readWith([], text)).caps).toEqual(['too-many-descriptors']);
});
