import { expect, test } from 'vitest';
import { foldersAbove, globsToRegex } from '../../src/policy/glob.ts';
import { bench } from './bench.ts';

const { raw } = String;

test('globs with a backslash are of Windows, those without are not', async () => {
  const cases: readonly (readonly [glob: string, path: string, hits: boolean])[] = [
    [raw`~\.ssh\id_*`, raw`C:\Users\ada\.ssh\id_rsa`, true],
    [raw`~\.ssh\id_*`, raw`c:\USERS\Ada\.SSH\ID_rsa`, true],
    [raw`~\.ssh\id_*`, raw`\Device\HarddiskVolume3\Users\ada\.ssh\id_rsa`, true],
    [raw`~\.ssh\id_*`, raw`C:\Windows\ServiceProfiles\LocalService\.ssh\id_rsa`, true],
    [raw`~\.ssh\id_*`, raw`C:\Users\ada\x\.ssh\id_rsa`, false],
    [raw`~\.ssh\id_*`, raw`/tmp/C:\Users\ada\.ssh\id_rsa`, false],
    [raw`**\curl.exe`, raw`C:\Windows\System32\curl.exe`, true],
    [raw`**\curl.exe`, 'curl.exe', true],
    [raw`**\curl.exe`, raw`C:\tools\securl.exe`, false],
    [raw`**\curl.exe`, raw`/tmp/a\curl.exe`, false],
    [raw`C:\Windows\*\x`, raw`D:\windows\System32\x`, true],
    [raw`C:\Windows\*\x`, raw`C:\Windows\a\b\x`, false],
    [raw`HKLM\{SAM,SECURITY}\**`, raw`HKLM\Security\Policy`, true],
    [raw`HKLM\{SAM,SECURITY}\**`, raw`HKLM\SAMBA\x`, false],
    [raw`{HKCU,HKU\*}\Run`, raw`HKU\S-1-5-18\Run`, true],
    ['/a/*', raw`/a/b\c`, true],
    ['/a/b', '/A/B', false],
  ];
  await using held = await bench([]);
  for (const [glob, path, hits] of cases) {
    const rows = await held.query('SELECT regexp_full_match($path, $regex) AS hits', {
      path,
      regex: globsToRegex([glob]),
    });
    expect(rows, `${glob} against ${path}`).toEqual([{ hits }]);
  }
});

test.each([
  ['~/.ssh/id_*', ['~/', '~/.ssh/']],
  ['/etc/{cron*,xdg/autostart}{,/**}', ['/etc/', '/etc/cron*/', '/etc/xdg/', '/etc/xdg/autostart/']],
  ['~/.azure/**', ['~/', '~/.azure/']],
  ['**/{site,dist}-packages/*.pth', ['**/site-packages/', '**/dist-packages/']],
  ['**/curl', []],
  ['/x', []],
  [raw`~\.ssh\id_*`, [raw`~\.ssh/`]],
  [raw`C:\ProgramData\ssh\*`, [raw`C:\ProgramData/`, raw`C:\ProgramData\ssh/`]],
  [raw`**\site-packages\*.pth`, [raw`**\site-packages/`]],
  [raw`**\curl.exe`, []],
])('what %s means is held by these folders', (glob, folders) => {
  expect([...foldersAbove([glob])].sort()).toEqual([...folders].sort());
});
