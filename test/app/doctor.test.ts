import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { checkMachines } from '../../src/app/doctor.ts';
import { project } from '../helpers/buildhaus.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

afterEach(() => vi.unstubAllEnvs());

test('the machines that can be used are told, and each file that describes none', async () => {
  await using config = await temporaryFolder();
  vi.stubEnv('XDG_CONFIG_HOME', config.path);
  const machines = path.join(config.path, 'buildhaus', 'machines');
  await mkdir(path.join(machines, 'folder.json'), { recursive: true });
  await writeFile(path.join(machines, 'broken.json'), '{');
  await copyFile(path.join(project, 'examples/machines/libvirt.json'), path.join(machines, 'whole.json'));
  expect(await checkMachines()).toMatchObject({
    status: 'warning',
    detail: expect.stringMatching(/^windows-11\/.*broken\.json: not JSON; .*folder\.json cannot be read/),
  });
});
