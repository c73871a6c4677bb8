import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSandboxes, refuseWeakBoundaries } from '../../src/app/sandboxes.ts';
import type { Session } from '../../src/model/ports.ts';
import type { MachineFile } from '../../src/sandbox/windows/machine-file.ts';
import { project } from '../helpers/buildhaus.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startWindows } from '../sandbox/windows/scripted-windows.ts';
import { honest } from '../sandbox/windows/scripts.ts';

describe('a sandbox that is namespaces of this host', () => {
  const open = (allowed: { readonly allowWeakBoundary: boolean; readonly requireStrongBoundary: boolean }) =>
    openSandboxes({
      ...allowed,
      sandbox: 'local',
      mirror: undefined,
      progress: quietProgress,
      signal: AbortSignal.timeout(10_000),
    })('debian-12/cpython-3.11');

  test('is refused where a strong one is required', async () => {
    const opened = open({ allowWeakBoundary: true, requireStrongBoundary: true });
    await expect(opened).rejects.toThrow(/weak boundary/);
  });

  test('is refused unless it is allowed by name', async () => {
    const opened = open({ allowWeakBoundary: false, requireStrongBoundary: false });
    await expect(opened).rejects.toThrow(/this host's own kernel/);
  });
});

describe('a machine over SSH', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    [
      'is refused where a strong one is required',
      'windows-10/cpython-3.12',
      'strong',
      /windows-10.* is a weak boundary/,
    ],
    [
      'is not refused for the sake of one that nobody asked for',
      'windows-11/cpython-3.12',
      'strong',
      undefined,
    ],
    ['is not refused where none is required', 'windows-10/cpython-3.12', 'any', undefined],
  ])('%s', async (_, platform, required, refusal) => {
    await using folder = await temporaryFolder();
    await writeMachines(folder.path, {
      'windows-10/cpython-3.12': 'weak',
      'windows-11/cpython-3.12': 'strong',
    });
    vi.stubEnv('XDG_CONFIG_HOME', folder.path);
    const choice = {
      sandbox: 'qemu',
      allowWeakBoundary: false,
      requireStrongBoundary: required === 'strong',
      mirror: undefined,
    } as const;
    const asked = refuseWeakBoundaries(choice, ['debian-12/cpython-3.11', platform]);
    if (refusal === undefined) await expect(asked).resolves.toBeUndefined();
    else await expect(asked).rejects.toThrow(refusal);
  });
});

describe('where a strong boundary is required, the machine itself has the last word', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ['one that says it is weak is ended', 'weak', /windows-11.* is a weak boundary/],
    ['one that says it is strong is used', 'strong', undefined],
  ] as const)('%s', async (_, boundary, refusal) => {
    await using folder = await temporaryFolder();
    await using windows = await startWindows(honest);
    const stopped = path.join(folder.path, 'stopped');
    const file = { ...windows.file, boundary, stop: ['touch', stopped] };
    const restored = restoreStrong(folder.path, file);
    if (refusal === undefined) {
      await using session = await restored;
      expect(session.machine.boundary).toBe(boundary);
    } else {
      await expect(restored).rejects.toThrow(refusal);
      await expect(access(stopped)).resolves.toBeUndefined();
    }
  });
});

test('a local sandbox is refused for whichever platform of several needs it', async () => {
  const choice = {
    sandbox: 'local',
    allowWeakBoundary: false,
    requireStrongBoundary: false,
    mirror: undefined,
  } as const;
  const asked = refuseWeakBoundaries(choice, ['windows-11/cpython-3.12', 'debian-12/cpython-3.11']);
  await expect(asked).rejects.toThrow(/this host's own kernel/);
  await expect(refuseWeakBoundaries(choice, ['windows-11/cpython-3.12'])).resolves.toBeUndefined();
});

/** Restores a machine as an analysis that requires a strong boundary does. */
async function restoreStrong(config: string, file: MachineFile): Promise<Session> {
  const machines = path.join(config, 'buildhaus', 'machines');
  await mkdir(machines, { recursive: true });
  await writeFile(path.join(machines, 'windows.json'), JSON.stringify(file));
  vi.stubEnv('XDG_CONFIG_HOME', config);
  const signal = AbortSignal.timeout(20_000);
  const sandboxOf = openSandboxes({
    sandbox: 'qemu',
    allowWeakBoundary: false,
    requireStrongBoundary: true,
    mirror: undefined,
    progress: quietProgress,
    signal,
  });
  return (await sandboxOf(file.platform)).restore(file.platform, signal);
}

/** Writes a file for each machine, with its boundary. */
async function writeMachines(config: string, boundaries: Readonly<Record<string, string>>): Promise<void> {
  const machines = path.join(config, 'buildhaus', 'machines');
  await mkdir(machines, { recursive: true });
  const example = JSON.parse(await readFile(path.join(project, 'examples/machines/libvirt.json'), 'utf8'));
  for (const [platform, boundary] of Object.entries(boundaries)) {
    const file = path.join(machines, `${boundary}.json`);
    await writeFile(file, JSON.stringify({ ...example, platform, boundary }));
  }
}
