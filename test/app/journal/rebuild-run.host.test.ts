import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { importTrace } from '../../../src/app/import-trace.ts';
import { rebuildRun } from '../../../src/app/journal/rebuild-run.ts';
import { recordSession } from '../../../src/app/journal/record-session.ts';
import { rebuildRuns } from '../../../src/app/runs.ts';
import type { EvidenceFrame } from '../../../src/model/evidence.ts';
import type { TreeEntry } from '../../../src/model/ports.ts';
import type { Run } from '../../../src/model/run.ts';
import type { Tracer } from '../../../src/model/trace.ts';
import { recipeNamed } from '../../../src/runner/recipes.ts';
import { runPackage } from '../../../src/runner/run-package.ts';
import { readRun, verifyRun } from '../../../src/store/bundle/runs.ts';
import { createRunWriter } from '../../../src/store/run-writer.ts';
import { tableNames } from '../../../src/store/tables/tables.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { project } from '../../helpers/buildhaus.ts';
import { quietProgress } from '../../helpers/quiet-progress.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { sdist } from '../../runner/live.ts';
import { chunk, exit, frames, ScriptedSession } from '../../runner/scripted-session.ts';

const watch = { progress: quietProgress, signal: new AbortController().signal };
const fixtures = path.join(project, 'traces-fixtures', 'strace');
const etw = path.join(project, 'traces-fixtures', 'etw', 'install.etw');
/** So many that they come in several slices, which are joined (`rowsPerSlice`). */
const manyOpens = 60_000;

function imported(runs: string, fixture: string, tracer = 'auto'): Promise<Run> {
  const file = path.isAbsolute(fixture) ? fixture : path.join(fixtures, fixture);
  return importTrace({
    file,
    tracer,
    platform: 'x',
    phase: 'install',
    ruleFolders: [],
    runsFolder: runs,
    buildhaus: '1',
    ...watch,
  });
}

/** A trace of different files, which no tracer can say together. */
async function importedMany(runs: string): Promise<Run> {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'many.strace');
  const line = (name: string) => `7  openat(AT_FDCWD</srv>, "${name}", O_RDONLY) = 3</srv/${name}>\n`;
  await writeFile(file, Array.from({ length: manyOpens }, (_, index) => line(`f${index}`)).join(''));
  return await imported(runs, file);
}

const file = (name: string, bytes: number): TreeEntry => ({
  path: name,
  type: 'file',
  bytes,
  mode: 0o644,
  uid: 1000,
  gid: 1000,
  ctime_ns: 1_700_000_001_000_000_000n,
  sha256: 'ab',
});

const standard = recipeNamed('standard');
/** As a recipe may have been before: one task fewer, another at another place. */
const earlier = {
  ...standard,
  tasks: [
    ...standard.tasks.filter(task => task.name === 'start'),
    ...standard.tasks.filter(task => task.name !== 'start' && task.name !== 'entry-points'),
  ],
};

/** A life with every kind of evidence: chunks cut anywhere, hints between them, survivors, a changed disk, lost trees. */
async function analyzed(
  runs: string,
  recipe = recipeNamed('standard'),
  tracer: Tracer = strace,
): Promise<Run> {
  const text = await readFile(path.join(fixtures, 'strace-6.13-in-guest.strace'), 'latin1');
  const pieces: EvidenceFrame[] = [];
  for (let from = 0; from < text.length; from += 777) {
    pieces.push(chunk('trace', text.slice(from, from + 777)));
    if (from % 2 === 0) pieces.push(chunk('hint', '{"hint":"module","name":"x","ok":true}\nno hint\n'));
  }
  const ends = exit({ survivors: [{ pid: 77, command: 'sleep 1' }], durationMs: 12.5 });
  const session = new ScriptedSession({
    tasks: {
      build: frames(...pieces, chunk('stdout', 'built'), ends),
      install: frames(...pieces.slice(0, 3), { kind: 'lost', reason: 'the channel broke' }),
      test: frames(chunk('trace', text), { kind: 'programs', names: ['python3'] }),
    },
    trees: {
      boot: [file('/a', 1)],
      build: [file('/a', 2), file('/home/mira/b', 3)],
      import: new Error('busy'),
      test: [],
    },
  });
  await using writer = await createRunWriter({ folder: runs, run: 'analyzed' });
  const recorded = await recordSession(session, {
    journal: writer,
    clock: { nowMs: Date.now },
    hasIndex: true,
  });
  const { run } = await runPackage({
    ...recorded,
    writer,
    tracer,
    rules: {
      count: 1,
      evaluate: async query => {
        await query('FROM events LIMIT 0');
        return { findings: [], unanswered: [] };
      },
    },
    package: sdist,
    bytes: new Uint8Array(3),
    recipe,
    index: async () => new Response(),
    buildhaus: '1',
    ...watch,
  });
  return run;
}

const everyTable = tableNames.map(table => `${table}.parquet`);

describe.each([
  ['import', 10, (runs: string) => imported(runs, 'pid-namespace.strace')],
  ['import with lines that nobody can read', 10, (runs: string) => imported(runs, 'hostile-names.strace')],
  ['import of events of Windows', 10, (runs: string) => imported(runs, etw)],
  ['import in several slices', manyOpens - 1, importedMany],
  ['analyze', 10, (runs: string) => analyzed(runs)],
  ['analyze by a recipe that has changed since', 10, (runs: string) => analyzed(runs, earlier)],
])('a run of %s', (_, fewer, make) => {
  test('is rebuilt byte for byte when all of its tables are gone', async () => {
    await using runs = await temporaryFolder();
    const { run, counts } = await make(runs.path);
    expect(counts.events).toBeGreaterThan(fewer);
    const read = () => Promise.all(everyTable.map(name => readFile(path.join(runs.path, run, name))));
    const before = await read();
    for (const name of everyTable) await rm(path.join(runs.path, run, name));
    const rebuilt = await rebuildRun(runs.path, run, watch);
    expect(rebuilt).toEqual(everyTable.map(name => ({ file: name, outcome: 'made again' })));
    const after = await read();
    expect(after.map((bytes, index) => (before[index]?.equals(bytes) ? 'equal' : everyTable[index]))).toEqual(
      everyTable.map(() => 'equal'),
    );
    expect(await verifyRun(runs.path, run)).toEqual([]);
  });

  test('that is whole stays as it is', async () => {
    await using runs = await temporaryFolder();
    const { run } = await make(runs.path);
    const sealed = await readRun(runs.path, run);
    const rebuilt = await rebuildRun(runs.path, run, watch);
    expect(new Set(rebuilt.map(({ outcome }) => outcome))).toEqual(new Set(['the same']));
    expect(await readRun(runs.path, run)).toEqual(sealed);
  });
});

test('a trace that only its user could name the tracer of is rebuilt by that tracer', async () => {
  await using runs = await temporaryFolder();
  const file = path.join(runs.path, 'noisy');
  const text = await readFile(path.join(fixtures, 'pid-namespace.strace'), 'latin1');
  await writeFile(file, 'what a program printed\n'.repeat(40) + text, 'latin1');
  await expect(imported(path.join(runs.path, 'runs'), file)).rejects.toThrow('no tracer knows this format');
  const { run, tracer } = await imported(path.join(runs.path, 'runs'), file, 'strace');
  expect(tracer).toBe('strace');
  const rebuilt = await rebuildRun(path.join(runs.path, 'runs'), run, watch);
  expect(new Set(rebuilt.map(({ outcome }) => outcome))).toEqual(new Set(['the same']));
});

describe('a run that cannot be rebuilt', () => {
  test('because its raw evidence is damaged says which file, and is left as it is', async () => {
    await using runs = await temporaryFolder();
    const { run } = await imported(runs.path, 'pid-namespace.strace');
    await truncate(path.join(runs.path, run, 'evidence/trace.trace.gz'), 40);
    await expect(rebuildRun(runs.path, run, watch)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /cannot be rebuilt: evidence\/trace\.trace\.gz: it is cut: 40 of \d+ bytes/,
      ),
    });
    expect(await verifyRun(runs.path, run)).toHaveLength(1);
  });

  test('because its tasks are not known here says which, and is left as it is', async () => {
    await using runs = await temporaryFolder();
    const tasks = standard.tasks.map(task => (task.name === 'start' ? { ...task, name: 'begin' } : task));
    const { run } = await analyzed(runs.path, { ...standard, tasks });
    await rm(path.join(runs.path, run, 'events.parquet'));
    await expect(rebuildRun(runs.path, run, watch)).rejects.toMatchObject({
      name: 'UserError',
      message: 'run analyzed cannot be rebuilt: this Buildhaus has no task begin',
      help: expect.stringContaining('Buildhaus 1'),
    });
    expect(await verifyRun(runs.path, run)).toMatchObject([{ file: 'events.parquet', problem: 'missing' }]);
    expect(await readdir(runs.path)).toEqual([run]);
  });

  test('because this version takes its tasks in another way is left as it is', async () => {
    await using runs = await temporaryFolder();
    const { run } = await analyzed(runs.path, {
      ...standard,
      tasks: standard.tasks.map(task => (task.name === 'fetch' ? { ...task, network: 'deny' } : task)),
    });
    await expect(rebuildRun(runs.path, run, watch)).rejects.toThrow(
      'this Buildhaus would serve the index where that run went on to run fetch',
    );
    expect(await verifyRun(runs.path, run)).toEqual([]);
  });

  test('because nobody here reads its traces says whose they are, and is left as it is', async () => {
    await using runs = await temporaryFolder();
    const { run } = await analyzed(runs.path, standard, { ...strace, name: 'dtruss' });
    await expect(rebuildRun(runs.path, run, watch)).rejects.toThrow('no reader for dtruss traces');
    expect(await verifyRun(runs.path, run)).toEqual([]);
  });

  test('does not stop the others', async () => {
    await using runs = await temporaryFolder();
    const bad = await imported(runs.path, 'pid-namespace.strace');
    await writeFile(path.join(runs.path, bad.run, 'manifest.json'), '{}');
    const good = await analyzed(runs.path);
    const ended: [string, boolean][] = [];
    for await (const { run, ok } of rebuildRuns(runs.path, undefined, watch)) ended.push([run, ok]);
    expect(ended).toEqual([
      [bad.run, false],
      [good.run, true],
    ]);
  });
});
