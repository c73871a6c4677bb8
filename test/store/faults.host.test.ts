import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/user-error.ts';
import { isStillRunning } from '../../src/sandbox/host/process-start-time.ts';
import type { ManifestProblem } from '../../src/store/bundle/manifest.ts';
import { listRuns, removePartials, verifyRun } from '../../src/store/bundle/runs.ts';
import { rebuildTables } from '../../src/store/rebuild-tables.ts';
import { openRuns } from '../../src/store/run-reader.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { tableNames } from '../../src/store/tables/tables.ts';
import { opened, sampleRun, temporaryFolder } from './sample.ts';

const sealUntilKilled = fileURLToPath(new URL('./seal-until-killed.ts', import.meta.url));
const rebuildUntilKilled = fileURLToPath(new URL('./rebuild-until-killed.ts', import.meta.url));
const writeUntilRefused = fileURLToPath(new URL('./write-until-refused.ts', import.meta.url));

// What Node writes has a test of its own (kill-at-write.host.test.ts); delays also hit what the engine writes.
describe('a writer that is killed', () => {
  test.each([30, 200])(
    '%d ms into a run loses nothing that was sealed and shows nothing half',
    async delayMs => {
      await using folder = await temporaryFolder();
      const { child, said } = await begin(sealUntilKilled, folder.path);
      await new Promise(resolve => setTimeout(resolve, delayMs));
      await kill(child);
      const { runs, unreadable } = await listRuns(folder.path);
      expect(unreadable).toEqual([]);
      // The last one may have been sealed without a word about it.
      expect(runs.map(({ run }) => run).slice(0, said.length)).toEqual(said);
      for (const { run } of runs) expect(await verifyRun(folder.path, run)).toEqual([]);
      await removePartials(folder.path, isStillRunning);
      expect(await readdir(folder.path)).toEqual(runs.map(({ run }) => run));
      await using reader = await openRuns(folder.path);
      const counts = await reader.query('SELECT run, count(*) AS n FROM events GROUP BY run ORDER BY run');
      expect(counts).toEqual(runs.map(({ run }) => ({ run, n: 3_000 })));
    },
    120_000,
  );
});

describe('a rebuild that is killed', () => {
  test.each([7, 41])(
    '%d ms into one leaves a run that the next rebuild makes whole',
    async delayMs => {
      await using folder = await temporaryFolder();
      await seal(folder.path, 'r1');
      const { child } = await begin(rebuildUntilKilled, folder.path, 'r1');
      await new Promise(resolve => setTimeout(resolve, delayMs));
      await kill(child);
      await rebuildTables({ folder: folder.path, run: 'r1' }, writer =>
        writer.appendEvents('build', 'build', [opened(1, '/a')]),
      );
      expect(await verifyRun(folder.path, 'r1')).toEqual([]);
      await removePartials(folder.path, isStillRunning);
      expect(await readdir(folder.path)).toEqual(['r1']);
    },
    120_000,
  );
});

/** Starts one of the programs beside this test, and waits until it has said its first line. */
async function begin(program: string, ...words: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', line => said.push(line));
  await once(lines, 'line');
  return { child, said, lines };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** A disk of its own, of a few megabytes or not to be written, that is gone with the process: needs root. */
function writeOnSmallDisk(folder: string, how: string): Record<string, unknown> {
  const mount =
    how === 'read-only' ? 'mount -t tmpfs -o ro tmpfs "$0"' : 'mount -t tmpfs -o size=6m tmpfs "$0"';
  const command = `${mount} && exec "$1" --import tsx "$2" "$0" "$3"`;
  const args = ['-m', 'sh', '-c', command, folder, process.execPath, writeUntilRefused, how];
  const ended = spawnSync('/usr/bin/unshare', args, { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}

describe.skipIf(process.getuid?.() !== 0)('a disk (needs root, to mount one)', () => {
  test.each([
    ['that gets full of raw evidence', 'raw'],
    ['that gets full of events', 'tables'],
    ['that is full when the tables are written', 'seal'],
    ['that is full when the slices are joined', 'join'],
    ['that is full when the slices of a rebuild are joined', 'rebuild'],
    ['that is full when the run is described', 'run.json'],
    ['that is full when the files are listed', 'manifest.json'],
  ])(
    '%s is an error that says so, and the runs before are whole',
    async (_, how) => {
      await using folder = await temporaryFolder();
      expect(writeOnSmallDisk(folder.path, how)).toEqual({
        isUserError: true,
        kind: 'host',
        message: `the run could not be written to ${folder.path}: the disk is full; runs made before are untouched`,
        help: expect.stringContaining('make room'),
        runs: ['small'],
        unreadable: [],
        files: ['small'],
        problems: [],
      });
    },
    120_000,
  );

  test('that has no room for the rows that a rule compares is no fault of the rule', async () => {
    await using folder = await temporaryFolder();
    expect(writeOnSmallDisk(folder.path, 'question')).toMatchObject({
      isUserError: true,
      kind: 'host',
      message: expect.stringContaining('the disk is full'),
      files: ['small'],
    });
  }, 120_000);

  test('that cannot be written is an error that says so', async () => {
    await using folder = await temporaryFolder();
    expect(writeOnSmallDisk(folder.path, 'read-only')).toMatchObject({
      isUserError: true,
      kind: 'host',
      message: expect.stringContaining('it cannot be written'),
      help: expect.stringContaining('--runs'),
    });
  }, 120_000);
});

test('two processes write into one folder at once, and each gets its runs', async () => {
  await using folder = await temporaryFolder();
  const names = ['one', 'two'];
  const writers = await Promise.all(names.map(name => begin(sealUntilKilled, folder.path, name)));
  await Promise.all(writers.map(({ lines }) => once(lines, 'line')));
  for (const { child } of writers) await kill(child);
  const { runs, unreadable } = await listRuns(folder.path);
  expect(unreadable).toEqual([]);
  expect(runs.map(({ run }) => run)).toEqual(expect.arrayContaining(writers.flatMap(({ said }) => said)));
  for (const { run } of runs) expect(await verifyRun(folder.path, run)).toEqual([]);
}, 120_000);

test('two writers of one run: the second is refused, and takes nothing away from the first', async () => {
  await using folder = await temporaryFolder();
  await using first = await createRunWriter({ folder: folder.path, run: 'r1' });
  await expect(createRunWriter({ folder: folder.path, run: 'r1' })).rejects.toThrow();
  await first.appendEvents('build', 'build', [opened(1, '/a')]);
  await first.seal(sampleRun('r1'));
  expect(await verifyRun(folder.path, 'r1')).toEqual([]);
});

describe('a damaged file', () => {
  test('of any kind, cut or changed anywhere, is named with what is wrong, and hides no other run', async () => {
    await using folder = await temporaryFolder();
    await seal(folder.path, 'good');
    await seal(folder.path, 'bad');
    const bundle = join(folder.path, 'bad');
    const files = (await readdir(bundle, { recursive: true })).filter(name => name.includes('.'));
    for (const file of files) {
      const whole = await readFile(join(bundle, file));
      for (const part of [0, 0.3, 0.6, 0.99]) {
        const at = Math.floor(whole.length * part);
        await truncate(join(bundle, file), at);
        await expectNamed(folder.path, file, { problem: 'changed', reason: 'cut' });
        const flipped = Buffer.from(whole);
        flipped[at] = (flipped[at] ?? 0) ^ 0x10;
        await writeFile(join(bundle, file), flipped);
        await expectNamed(folder.path, file, { problem: 'changed', reason: 'not those that were sealed' });
      }
      await writeFile(join(bundle, file), whole);
    }
    expect(await verifyRun(folder.path, 'bad')).toEqual([]);
  }, 120_000);

  test.each(['events.parquet', 'evidence/build.trace.gz', 'run.json'])(
    '%s that the disk cannot read is named, and hides no other run',
    async file => {
      await using folder = await temporaryFolder();
      await seal(folder.path, 'good');
      await seal(folder.path, 'bad');
      const broken = join(folder.path, 'bad', file);
      await rm(broken);
      // Nothing is mapped at its beginning: reading there is EIO, as from a disk with a bad sector.
      await symlink('/proc/self/mem', broken);
      await expect(readFile(broken)).rejects.toMatchObject({ code: 'EIO' });
      await expectNamed(folder.path, file, { problem: 'unreadable', reason: 'it cannot be read: EIO' });
    },
  );

  test('that is a manifest of a newer program is refused by its version', async () => {
    await using folder = await temporaryFolder();
    await seal(folder.path, 'future');
    await writeFile(join(folder.path, 'future/manifest.json'), '{"schema_version":2,"files":[]}');
    expect(await verifyRun(folder.path, 'future')).toMatchObject([
      { file: 'manifest.json', reason: expect.stringContaining('newer Buildhaus (schema 2') },
    ]);
  });

  test('that is no file but a folder is told from one that is missing', async () => {
    await using folder = await temporaryFolder();
    await seal(folder.path, 'odd');
    await mkdir(join(folder.path, 'odd/more'));
    await writeFile(join(folder.path, 'odd/more/x'), 'x');
    expect(await verifyRun(folder.path, 'odd')).toMatchObject([{ file: 'more/x', problem: 'unexpected' }]);
  });
});

/** A damaged manifest says so of itself; every other file is named by the manifest. */
async function expectNamed(
  folder: string,
  file: string,
  { problem, reason }: Pick<ManifestProblem, 'problem' | 'reason'>,
): Promise<void> {
  const problems = await verifyRun(folder, 'bad');
  expect(problems.length).toBeGreaterThan(0);
  if (file !== 'manifest.json')
    expect(problems).toMatchObject([{ file, problem, reason: expect.stringContaining(reason) }]);
  expect((await listRuns(folder)).runs.map(({ run }) => run)).toContain('good');
  await using all = await openRuns(folder);
  expect(all.unreadable.filter(({ run }) => run !== 'bad')).toEqual([]);
  // What is damaged behind a file's description is met only where it is read, and then said.
  for (const table of tableNames.filter(name => name !== 'diagnostics')) {
    const rows = await all.query(`SELECT * FROM ${table}`).catch((error: unknown) => error);
    if (rows instanceof UserError) expect(file).toBe(`${table}.parquet`);
    else expect(rows).toContainEqual(expect.objectContaining({ run: 'good' }));
  }
  await using reader = await openRuns(folder, ['good']);
  expect(await reader.query('SELECT count(*) AS n FROM events')).toEqual([{ n: 500 }]);
}

async function seal(folder: string, run: string): Promise<void> {
  await using writer = await createRunWriter({ folder, run });
  const events = Array.from({ length: 500 }, (_, index) => opened(index, `/${run}/${index}`));
  await writer.appendEvents('build', 'build', events);
  await writer.writeRaw('build', 'trace', Buffer.from('line\n'.repeat(500)));
  await writer.seal(sampleRun(run));
}
