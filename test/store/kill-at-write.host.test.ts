import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isStillRunning } from '../../src/sandbox/host/process-start-time.ts';
import { listRuns, removePartials, verifyRun } from '../../src/store/bundle/runs.ts';
import { rebuildTables } from '../../src/store/rebuild-tables.ts';
import { openRuns } from '../../src/store/run-reader.ts';
import { opened, temporaryFolder } from './sample.ts';

const sealUntilKilled = fileURLToPath(new URL('./seal-until-killed.ts', import.meta.url));
const rebuildUntilKilled = fileURLToPath(new URL('./rebuild-until-killed.ts', import.meta.url));
/** More than sealing and rebuilding have; a program that never comes to its end is not tried for ever. */
const maxWrites = 60;
const limit = { timeout: 300_000 };

test.concurrent(
  'a writer that is killed at any write, joining slices among them, loses nothing and shows nothing half',
  limit,
  async () => {
    await using folder = await temporaryFolder();
    await expect(killedAt(sealUntilKilled, folder.path, 'before', maxWrites)).resolves.toBe(false);
    const joined = new Set<number>();
    for (let write = 1; await killedAt(sealUntilKilled, folder.path, 'next', write); write += 1) {
      expect(await listRuns(folder.path)).toMatchObject({ runs: [{ run: 'before' }], unreadable: [] });
      expect(await verifyRun(folder.path, 'before')).toEqual([]);
      expect(await eventsOf(folder.path)).toEqual([{ run: 'before', n: 3_000 }]);
      for (const bytes of await joinedBytes(folder.path)) joined.add(bytes);
      await removePartials(folder.path, isStillRunning);
      expect(await readdir(folder.path)).toEqual(['before']);
    }
    expect(await readdir(folder.path)).toEqual(['before', 'next']);
    expect(await verifyRun(folder.path, 'next')).toEqual([]);
    expectCutAnywhere(joined, await stat(join(folder.path, 'next/events.parquet')));
  },
);

test.concurrent(
  'a rebuild that is killed at any write, joining slices among them, leaves a run that the next one makes whole',
  limit,
  async () => {
    await using folder = await temporaryFolder();
    await expect(killedAt(sealUntilKilled, folder.path, 'r1', maxWrites)).resolves.toBe(false);
    const rebuild = () =>
      rebuildTables({ folder: folder.path, run: 'r1' }, writer =>
        writer.appendEvents('build', 'build', [opened(1, '/a')]),
      );
    await rebuild();
    const joined = new Set<number>();
    for (let write = 1; await killedAt(rebuildUntilKilled, folder.path, 'r1', write); write += 1) {
      for (const { file, problem } of await verifyRun(folder.path, 'r1'))
        expect(`${problem} ${file}`).toMatch(/^changed [a-z]+\.parquet$/);
      // One or the other, never a part.
      expect([[{ run: 'r1', n: 1 }], [{ run: 'r1', n: 1_500 }]]).toContainEqual(await eventsOf(folder.path));
      for (const bytes of await joinedBytes(folder.path)) joined.add(bytes);
      await rebuild();
      expect(await verifyRun(folder.path, 'r1')).toEqual([]);
      await removePartials(folder.path, isStillRunning);
      expect(await readdir(folder.path)).toEqual(['r1']);
    }
    expect(await eventsOf(folder.path)).toEqual([{ run: 'r1', n: 1_500 }]);
    expectCutAnywhere(joined, await stat(join(folder.path, 'r1/events.parquet')));
  },
);

/** Whether the program was killed at that write; else it came to its end, and said so. */
async function killedAt(program: string, folder: string, run: string, write: number): Promise<boolean> {
  expect(write).toBeLessThanOrEqual(maxWrites);
  const words = ['--import', 'tsx', program, folder, run, `${write}`];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect([code, signal]).toEqual(said === '' ? [null, 'SIGKILL'] : [0, null]);
  return said === '';
}

async function eventsOf(folder: string) {
  await using reader = await openRuns(folder);
  return await reader.query('SELECT run, count(*) AS n FROM events GROUP BY run ORDER BY run');
}

/** How far the events of the killed were joined. */
async function joinedBytes(folder: string): Promise<readonly number[]> {
  const partials = (await readdir(folder)).filter(name => name.startsWith('.partial-'));
  const files = partials.map(name => stat(join(folder, name, 'events.parquet')));
  const found = await Promise.allSettled(files);
  return found.flatMap(file => (file.status === 'fulfilled' ? [file.value.size] : []));
}

/** The killing has hit the joining: when parts of the rows were there, and when all was. */
function expectCutAnywhere(joined: ReadonlySet<number>, { size }: { readonly size: number }): void {
  const parts = [...joined].filter(bytes => bytes > 'PAR1'.length && bytes < size);
  expect(parts.length).toBeGreaterThan(1);
  expect(joined).toContain(size);
}
