import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRunName, newRunId } from '../../src/app/run-id.ts';
import { removeRuns, resolveRunId } from '../../src/app/runs.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function runsFolder(...names: readonly string[]): Promise<Awaited<ReturnType<typeof temporaryFolder>>> {
  const folder = await temporaryFolder();
  for (const name of names) await mkdir(path.join(folder.path, name));
  return folder;
}

describe('the id of a run', () => {
  test('sorts by the time the run was made, also within a second', () => {
    const times = ['2026-11-21T08:00:00.000Z', '2026-11-21T08:00:00.001Z', '2026-11-21T08:00:00.010Z'];
    const ids = times.map(time => newRunId(new Date(time)));
    expect(ids[0]).toMatch(/^20261121-080000000-[0-9a-f]{6}$/);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.every(isRunName)).toBe(true);
  });

  test('sorts after one of the same second from before there were milliseconds', () => {
    expect('20261121-080000-ffffff' < newRunId(new Date('2026-11-21T08:00:00Z'))).toBe(true);
    expect(newRunId(new Date('2026-11-21T08:00:00.999Z')) < '20261121-080001-000000').toBe(true);
  });

  test('can be given as its beginning, or as latest', async () => {
    await using folder = await runsFolder('20261121-080000-aaaaaa', '20261121-090000123-bbbbbb');
    expect(await resolveRunId(folder.path, '20261121-08')).toBe('20261121-080000-aaaaaa');
    expect(await resolveRunId(folder.path, 'latest')).toBe('20261121-090000123-bbbbbb');
  });

  test('is none of a folder that somebody put among the runs, but by its whole name', async () => {
    await using folder = await runsFolder('20261121-080000-aaaaaa', 'archive', 'lost+found');
    expect(await resolveRunId(folder.path, 'latest')).toBe('20261121-080000-aaaaaa');
    await expect(resolveRunId(folder.path, 'arch')).rejects.toThrow(/no run arch/);
    expect(await resolveRunId(folder.path, 'archive')).toBe('archive');
  });

  test('that begins two runs, or none, is refused', async () => {
    await using folder = await runsFolder('20261121-080000-aaaaaa', '20261121-090000-bbbbbb');
    await expect(resolveRunId(folder.path, '2026')).rejects.toThrow(/more than one/);
    await expect(resolveRunId(folder.path, 'nothing')).rejects.toThrow(/no run nothing/);
  });

  test('that is empty names no run, not even the only one', async () => {
    await using folder = await runsFolder('20261121-080000-aaaaaa');
    await expect(removeRuns(folder.path, [''])).rejects.toThrow(/is empty/);
    expect(await readdir(folder.path)).toHaveLength(1);
  });

  test('latest of no runs says how to make one', async () => {
    await using folder = await runsFolder('archive');
    await expect(resolveRunId(folder.path, 'latest')).rejects.toMatchObject({
      help: expect.stringContaining('analyze'),
    });
  });
});
