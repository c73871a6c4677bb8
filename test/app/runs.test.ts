import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { newRunId } from '../../src/app/run-id.ts';
import { resolveRunId } from '../../src/app/runs.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function runsFolder(...names: readonly string[]): Promise<Awaited<ReturnType<typeof temporaryFolder>>> {
  const folder = await temporaryFolder();
  for (const name of names) await mkdir(path.join(folder.path, name));
  return folder;
}

describe('the id of a run', () => {
  test('sorts by the time the run was made', () => {
    const earlier = newRunId(new Date('2026-11-21T08:00:00Z'));
    const later = newRunId(new Date('2026-11-21T08:00:01Z'));
    expect(earlier).toMatch(/^20261121-080000-[0-9a-f]{6}$/);
    expect(earlier < later).toBe(true);
  });

  test('can be given as its beginning, or as latest', async () => {
    await using folder = await runsFolder('20261121-080000-aaaaaa', '20261121-090000-bbbbbb');
    expect(await resolveRunId(folder.path, '20261121-08')).toBe('20261121-080000-aaaaaa');
    expect(await resolveRunId(folder.path, 'latest')).toBe('20261121-090000-bbbbbb');
  });

  test('that begins two runs, or none, is refused', async () => {
    await using folder = await runsFolder('20261121-080000-aaaaaa', '20261121-090000-bbbbbb');
    await expect(resolveRunId(folder.path, '2026')).rejects.toThrow(/more than one/);
    await expect(resolveRunId(folder.path, 'nothing')).rejects.toThrow(/no run nothing/);
  });

  test('latest of no runs says how to make one', async () => {
    await using folder = await runsFolder();
    await expect(resolveRunId(folder.path, 'latest')).rejects.toMatchObject({
      help: expect.stringContaining('analyze'),
    });
  });
});
