import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunWriter } from '../../src/model/ports.ts';
import { verifyRun } from '../../src/store/bundle/runs.ts';
import { rebuildTables } from '../../src/store/rebuild-tables.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { opened, sampleRun, temporaryFolder } from './sample.ts';

/** As another version's parser would fill the tables. */
const fill =
  (path: string) =>
  (writer: RunWriter): Promise<void> =>
    writer.appendEvents('build', 'build', [opened(1, path)]);

async function seal(folder: string): Promise<string> {
  await using writer = await createRunWriter({ folder, run: 'r1' });
  await writer.writeRaw('build', 'trace', Buffer.from('line\n'));
  await fill('/a')(writer);
  await writer.seal(sampleRun('r1'));
  return join(folder, 'r1');
}

test('a run whose rebuild was killed before its manifest was there is mended by the next one', async () => {
  await using folder = await temporaryFolder();
  const manifest = join(await seal(folder.path), 'manifest.json');
  const sealed = await readFile(manifest);
  await rebuildTables({ folder: folder.path, run: 'r1' }, fill('/b'));
  await writeFile(manifest, sealed);
  expect(await verifyRun(folder.path, 'r1')).toMatchObject([{ file: 'events.parquet', problem: 'changed' }]);
  await rebuildTables({ folder: folder.path, run: 'r1' }, fill('/b'));
  expect(await verifyRun(folder.path, 'r1')).toEqual([]);
});

test.each(['/a', '/b'])(
  'an unfinished manifest that a killed rebuild left goes with the next one, of %s',
  async path => {
    await using folder = await temporaryFolder();
    const bundle = await seal(folder.path);
    await writeFile(join(bundle, 'manifest.json.tmp'), '{"schema_ver');
    expect(await verifyRun(folder.path, 'r1')).toMatchObject([{ file: 'manifest.json.tmp' }]);
    await rebuildTables({ folder: folder.path, run: 'r1' }, fill(path));
    expect(await verifyRun(folder.path, 'r1')).toEqual([]);
    expect(await readdir(folder.path)).toEqual(['r1']);
  },
);
