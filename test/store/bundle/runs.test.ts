import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isStillRunning, readStartTime } from '../../../src/sandbox/host/process-start-time.ts';
import { listRuns, readRun, removePartials, removeRun } from '../../../src/store/bundle/runs.ts';
import { openRuns } from '../../../src/store/run-reader.ts';
import { createRunWriter } from '../../../src/store/run-writer.ts';
import { sampleRun, temporaryFolder } from '../sample.ts';

test('a writer killed while appending leaves a partial, which the next start removes', async () => {
  await using folder = await temporaryFolder();
  const script = fileURLToPath(new URL('../append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(await removePartials(folder.path, isStillRunning)).toEqual([]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(folder.path)).toEqual([
    expect.stringMatching(new RegExp(`^\\.partial-killed-${child.pid}@[A-Za-z0-9]+$`)),
  ]);
  expect(await listRuns(folder.path)).toEqual({ runs: [], unreadable: [] });
  expect(await removePartials(folder.path, isStillRunning)).toEqual(['killed']);
  expect(await readdir(folder.path)).toEqual([]);
});

test('what a process left is removed though a later one has its number', async () => {
  await using folder = await temporaryFolder();
  const own = `${process.pid}@${await readStartTime(process.pid)}`;
  const live = [`.partial-mine-${own}`, `.partial-of-an-earlier-version-${process.pid}`];
  const left = [
    `.partial-20261121-080000-123456-${process.pid}@1`,
    '.partial-20261121-080000-654321-999999999',
  ];
  for (const name of [...live, ...left]) await mkdir(join(folder.path, name));
  expect([...(await removePartials(folder.path, isStillRunning))].sort()).toEqual([
    '20261121-080000-123456',
    '20261121-080000-654321',
  ]);
  expect((await readdir(folder.path)).sort()).toEqual(live);
});

test('a run from a newer program is refused by its version, and hides no other run', async () => {
  await using folder = await temporaryFolder();
  await seal(folder.path, 'present');
  await seal(folder.path, 'future');
  const file = join(folder.path, 'future/run.json');
  const run = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...run, schema_version: 2, verdict: 'unheard of' }));
  await expect(readRun(folder.path, 'future')).rejects.toMatchObject({
    message: 'run future was written by a newer Buildhaus (schema 2; this one reads 1)',
    help: 'update Buildhaus to read it',
  });
  const { runs, unreadable } = await listRuns(folder.path);
  expect([runs.map(one => one.run), unreadable.map(one => one.run)]).toEqual([['present'], ['future']]);
  await using reader = await openRuns(folder.path);
  expect(await reader.query('SELECT run FROM runs')).toEqual([{ run: 'present' }]);
  expect(reader.unreadable).toMatchObject([{ run: 'future' }]);
  await expect(openRuns(folder.path, ['future'])).rejects.toThrow('newer Buildhaus');
});

test('a run with a damaged table is named, and hides no other run', async () => {
  await using folder = await temporaryFolder();
  await seal(folder.path, 'good');
  await seal(folder.path, 'torn');
  await writeFile(join(folder.path, 'torn/events.parquet'), 'PAR1');
  await using reader = await openRuns(folder.path);
  expect(reader.unreadable).toEqual([
    { run: 'torn', reason: 'run torn is damaged: its events.parquet cannot be read' },
  ]);
  expect(await reader.query('SELECT run FROM runs')).toEqual([{ run: 'good' }]);
});

test('a run from before its tracer was kept is of whichever tracer knows its traces', async () => {
  await using folder = await temporaryFolder();
  await seal(folder.path, 'early');
  const file = join(folder.path, 'early/run.json');
  const { tracer, ...early } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify(early));
  expect([tracer, (await readRun(folder.path, 'early')).tracer]).toEqual(['strace', 'auto']);
});

test('a run whose description is no JSON is listed as unreadable', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'odd'));
  await writeFile(join(folder.path, 'odd/run.json'), '{');
  expect((await listRuns(folder.path)).unreadable).toEqual([
    { run: 'odd', reason: 'run odd is damaged: its run.json cannot be read' },
  ]);
});

test('a removed run is gone, and one that is not there is refused', async () => {
  await using folder = await temporaryFolder();
  await seal(folder.path, 'r1');
  await removeRun(folder.path, 'r1');
  expect(await readdir(folder.path)).toEqual([]);
  await expect(removeRun(folder.path, 'r1')).rejects.toThrow('there is no run r1');
  await expect(removeRun(folder.path, '..')).rejects.toThrow('not a run id');
});

test('a folder that is not there has no runs and no partials', async () => {
  expect(await listRuns('/nonexistent/runs')).toEqual({ runs: [], unreadable: [] });
  expect(await removePartials('/nonexistent/runs', isStillRunning)).toEqual([]);
});

async function seal(folder: string, run: string): Promise<void> {
  await using writer = await createRunWriter({ folder, run });
  await writer.seal(sampleRun(run));
}
