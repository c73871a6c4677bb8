import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { refuseTerminal, requirePlatform } from '../../src/app/platforms.ts';
import { readMachine } from '../../src/sandbox/windows/machine-file.ts';
import { project } from '../helpers/buildhaus.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

afterEach(() => vi.unstubAllEnvs());

describe('requirePlatform', () => {
  test('knows an image recipe though a machine file is broken', async () => {
    await using _ = await machineFolder('{"platform": 7}');
    await expect(requirePlatform('debian-12/cpython-3.11')).resolves.toBeUndefined();
  });

  test('tells of a broken machine file when a machine is asked for', async () => {
    await using _ = await machineFolder('{"platform": 7}');
    await expect(requirePlatform('windows-11/cpython-3.13')).rejects.toThrow(/broken\.json: platform/);
  });

  test('knows a machine though the file of another is broken', async () => {
    await using folder = await machineFolder('{"platform": 7}');
    const example = path.join(project, 'examples/machines/libvirt.json');
    await copyFile(example, path.join(folder.path, 'buildhaus/machines/whole.json'));
    const { platform } = await readMachine(example);
    await expect(requirePlatform(platform)).resolves.toBeUndefined();
  });

  test('names the platforms there are', async () => {
    await using _ = await machineFolder();
    await expect(requirePlatform('plan9/cpython-3.13')).rejects.toMatchObject({
      message: 'there is no platform plan9/cpython-3.13',
      help: expect.stringContaining('debian-12/cpython-3.11, debian-13/cpython-3.13'),
    });
  });
});

test('a terminal is refused where a machine has none, and given everywhere else', () => {
  const both = ['debian-12/cpython-3.11', 'windows-11/cpython-3.13'];
  expect(() => refuseTerminal(true, both)).toThrow(
    '--tty: commands on windows-11/cpython-3.13 have no terminal',
  );
  expect(() => refuseTerminal(false, both)).not.toThrow();
  expect(() => refuseTerminal(true, both.slice(0, 1))).not.toThrow();
});

/** This process' folder of machine files for as long as a test runs, with this one in it. */
async function machineFolder(broken?: string): ReturnType<typeof temporaryFolder> {
  const config = await temporaryFolder();
  vi.stubEnv('XDG_CONFIG_HOME', config.path);
  const machines = path.join(config.path, 'buildhaus', 'machines');
  await mkdir(machines, { recursive: true });
  if (broken !== undefined) await writeFile(path.join(machines, 'broken.json'), broken);
  return config;
}
