import { userInfo } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runsFolder } from '../../src/app/folders.ts';
import { cacheFolder } from '../../src/sandbox/image/cache.ts';
import { machinesFolder } from '../../src/sandbox/windows/machine-file.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the folder of the runs', () => {
  test.each([
    ['what was given', '/given', { BUILDHAUS_RUNS: '/env', XDG_DATA_HOME: '/data' }, '/given'],
    ['else BUILDHAUS_RUNS', undefined, { BUILDHAUS_RUNS: '/env', XDG_DATA_HOME: '/data' }, '/env'],
    ['else below XDG_DATA_HOME', undefined, { XDG_DATA_HOME: '/data' }, '/data/buildhaus/runs'],
    ['else below HOME', undefined, { HOME: '/home/x' }, '/home/x/.local/share/buildhaus/runs'],
  ])('is %s', (_, given, env, folder) => {
    expect(runsFolder(env, given)).toBe(folder);
  });

  test('is never the current one for what is set and empty', () => {
    const home = `${userInfo().homedir}/.local/share/buildhaus/runs`;
    expect(runsFolder({ HOME: '', XDG_DATA_HOME: '', BUILDHAUS_RUNS: '' }, '')).toBe(home);
  });
});

test('machines and images are not looked for in the current folder when variables are set and empty', () => {
  for (const name of ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME']) vi.stubEnv(name, '');
  expect(machinesFolder()).toBe(`${userInfo().homedir}/.config/buildhaus/machines`);
  expect(cacheFolder()).toBe(`${userInfo().homedir}/.cache/buildhaus`);
});
