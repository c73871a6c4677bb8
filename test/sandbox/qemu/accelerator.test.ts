import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { refuseHardware } from '../../../src/sandbox/qemu/accelerator.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const cacheHome = process.env['XDG_CACHE_HOME'];
afterEach(() => {
  if (cacheHome === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheHome;
});

describe('an accelerator that ran one instruction', () => {
  test('is taken back, for good and with the reason, when it does not run a kernel', async () => {
    await using folder = await temporaryFolder();
    process.env['XDG_CACHE_HOME'] = folder.path;
    const file = path.join(folder.path, 'buildhaus', 'accelerator.json');
    const answer = { key: 'k', accelerator: 'kvm', reason: '', machineType: 'pc-q35-7.2', version: '7.2.22' };
    await mkdir(path.dirname(file));
    await writeFile(file, JSON.stringify(answer));
    const refused = await refuseHardware('QEMU did not start', AbortSignal.timeout(10_000));
    expect(refused).toMatchObject({ accelerator: 'tcg', reason: 'kvm: QEMU did not start' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(refused);
  });
});
