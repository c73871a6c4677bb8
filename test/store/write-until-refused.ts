/** Seals a small run, then writes a large one where that must fail; prints the error and what is left, as JSON. */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src/base/user-error.ts';
import type { RunWriter } from '../../src/model/ports.ts';
import { listRuns, verifyRun } from '../../src/store/bundle/runs.ts';
import { rebuildTables } from '../../src/store/rebuild-tables.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { opened, sampleRun } from './sample.ts';

const [folder = '', how = ''] = process.argv.slice(2);
const filler = join(folder, '.filler');
const page = 4096;

/** Leaves room for so many small files on the disk, and no more. */
function fillDisk(files: number): void {
  const file = openSync(filler, 'w');
  for (let size = 1 << 20; size >= page; size /= 2) {
    try {
      for (;;) writeSync(file, new Uint8Array(size));
    } catch {
      // Not so much at once any more.
    }
  }
  ftruncateSync(file, Math.floor(fstatSync(file).size / page - files) * page);
  closeSync(file);
}

async function writeMuch(writer: RunWriter, count: number): Promise<void> {
  for (let from = 0; from < count; from += 2_000) {
    const events = Array.from({ length: 2_000 }, (_, index) =>
      opened(from + index, `/${Math.random()}/${from}`),
    );
    await writer.appendEvents('build', 'build', events);
    if (how === 'raw')
      await writer.writeRaw('build', 'trace', crypto.getRandomValues(new Uint8Array(60_000)));
  }
}

/** Leaves enough for the other tables, not for a second copy of the events. */
async function fillSlices(writer: RunWriter): Promise<void> {
  await writeMuch(writer, 20_000);
  await writer.query('SELECT 1');
  fillDisk(20);
}

/** A run that fills the disk when it is made text, between the tables and `run.json`. */
function runThatFillsDisk(files: number) {
  const run = sampleRun('large');
  const toJSON = () => {
    fillDisk(files);
    return run;
  };
  return { ...run, toJSON };
}

async function write(): Promise<void> {
  await using writer = await createRunWriter({ folder, run: 'large' });
  switch (how) {
    case 'seal':
      await writer.appendEvents('build', 'build', [opened(1, '/a')]);
      await writer.query('SELECT 1');
      fillDisk(0);
      return void (await writer.seal(sampleRun('large')));
    case 'join':
      await fillSlices(writer);
      return void (await writer.seal(sampleRun('large')));
    case 'rebuild':
      return void (await rebuildTables({ folder, run: 'small' }, fillSlices));
    case 'run.json':
      return void (await writer.seal(runThatFillsDisk(0)));
    case 'manifest.json':
      return void (await writer.seal(runThatFillsDisk(1)));
    case 'question':
      return void (await writer.query(
        'SELECT repeat(md5(range::VARCHAR), 4) AS text FROM range(3000000) ORDER BY text LIMIT 1 OFFSET 2000000',
      ));
    default:
      await writeMuch(writer, 500_000);
      await writer.seal(sampleRun('large'));
  }
}

if (how !== 'read-only') {
  await using small = await createRunWriter({ folder, run: 'small' });
  await small.appendEvents('build', 'build', [opened(1, '/a')]);
  await small.seal(sampleRun('small'));
}
const error = await write().then(
  () => undefined,
  (thrown: unknown) => thrown,
);
if (how !== 'read-only') await rm(filler, { force: true });
const { runs, unreadable } = await listRuns(folder);
const left = {
  isUserError: error instanceof UserError,
  message: error instanceof Error ? error.message : undefined,
  help: error instanceof UserError ? error.help : undefined,
  kind: error instanceof UserError ? error.kind : undefined,
  runs: runs.map(({ run }) => run),
  unreadable,
  files: await readdir(folder),
  problems: how === 'read-only' ? [] : await verifyRun(folder, 'small'),
};
process.stdout.write(JSON.stringify(left));
