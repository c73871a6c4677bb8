import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { snapshotName } from '../../../../src/sandbox/qemu/snapshot/snapshot-name.ts';
import { removeOtherSnapshots } from '../../../../src/sandbox/qemu/snapshot/superseded-snapshots.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

test('snapshots of another QEMU or other preparations go, those of today stay, whatever runs the guest', async () => {
  await using folder = await temporaryFolder();
  const current = (['tcg', 'kvm'] as const).map(accelerator =>
    snapshotName({ version: '7.2.1', accelerator }),
  );
  const older = [
    snapshotName({ version: '7.2.0', accelerator: 'tcg' }),
    `${current[0]?.slice(0, -8)}01234567`,
  ];
  const others = ['another-backend', `.building-${process.pid}-1-abcd`];
  for (const name of [...current, ...older, ...others]) await mkdir(join(folder.path, name));
  const removed = await removeOtherSnapshots([{ platform: 'p/q', snapshots: folder.path }], '7.2.1');
  expect([...removed].sort()).toEqual(older.map(name => `snapshot p/q ${name}`).sort());
  expect((await readdir(folder.path)).sort()).toEqual(['another-backend', ...current].sort());
});

test('an image without snapshots has none to remove', async () => {
  expect(await removeOtherSnapshots([{ platform: 'p/q', snapshots: '/no/such/folder' }], '7.2.1')).toEqual(
    [],
  );
});
