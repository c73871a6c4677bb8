import { expect, test } from 'vitest';
import { acts, told } from './mapped.ts';

const { raw } = String;
const sid = 'S-1-5-21-1-2-3-1001';
const who = told(
  'Process',
  3,
  { ProcessId: 500, ParentId: 4, UserSID: sid, ImageFileName: 'x' },
  { pid: 500 },
);
const by = { pid: 500 };
const run = raw`\REGISTRY\USER\S-1-5-21-1-2-3-1001\Software\Microsoft\Windows\CurrentVersion\Run`;
const command = Uint8Array.from(Buffer.from('C:\\x.exe\0', 'utf16le'));

test('a value that is set is named as people write it, with its type and data', () => {
  const open = told(
    'Kernel-Registry',
    2,
    { BaseObject: 0n, KeyObject: 9n, Status: 0, Disposition: 2, BaseName: '', RelativeName: run },
    by,
  );
  const set = told(
    'Kernel-Registry',
    5,
    {
      KeyObject: 9n,
      Status: 0,
      Type: 1,
      DataSize: 18,
      KeyName: '',
      ValueName: 'Updater',
      CapturedData: command,
    },
    by,
  );
  expect(acts(who, open, set).slice(-2)).toMatchObject([
    { kind: 'registry.open', path: raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`, ok: true },
    {
      kind: 'registry.set',
      path: raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run\Updater`,
      bytes: 18,
      args: raw`REG_SZ "C:\\x.exe"`,
      ok: true,
    },
  ]);
});

test('the same key of another process is that user’s', () => {
  const set = told(
    'Kernel-Registry',
    5,
    { KeyObject: 9n, Status: 0, Type: 4, DataSize: 4, KeyName: run, ValueName: '' },
    { pid: 600 },
  );
  expect(acts(who, set).at(-1)).toMatchObject({
    path: raw`HKU\S-1-5-21-1-2-3-1001\Software\Microsoft\Windows\CurrentVersion\Run\(Default)`,
    args: 'REG_DWORD',
  });
});

test('a creation that made the key is told from one that found it', () => {
  const create = (disposition: number) =>
    told('Kernel-Registry', 1, {
      BaseObject: 0n,
      KeyObject: 9n,
      Status: 0,
      Disposition: disposition,
      BaseName: raw`\REGISTRY\MACHINE`,
      RelativeName: 'x',
    });
  expect(acts(create(1), create(2)).map(item => item.kind)).toEqual(['registry.create', 'registry.open']);
});

test('keys of the kernel logger are named by the rundown of control blocks', () => {
  const block = told('Registry', 24, { Status: 0, KeyHandle: 3n, KeyName: raw`\REGISTRY\MACHINE\SOFTWARE` });
  const open = told('Registry', 11, { Status: 0xc0000034, KeyHandle: 3n, KeyName: 'Python' }, by);
  const query = told('Registry', 16, { Status: 0, KeyHandle: 3n, KeyName: 'Version' }, by);
  const unknown = told('Registry', 16, { Status: 0, KeyHandle: 4n, KeyName: 'Version' }, by);
  expect(acts(block, open, query, unknown)).toMatchObject([
    { kind: 'registry.open', path: raw`HKLM\SOFTWARE\Python`, ok: false, errno: 'ENOENT', ret: 0xc0000034 },
    { kind: 'registry.query', path: raw`HKLM\SOFTWARE\Version`, ok: true },
    { kind: 'registry.query', path: 'Version', flags: ['guessed-path'] },
  ]);
});

test('a closed key’s name is forgotten', () => {
  const open = told('Kernel-Registry', 2, {
    BaseObject: 0n,
    KeyObject: 9n,
    Status: 0,
    Disposition: 2,
    BaseName: '',
    RelativeName: run,
  });
  const close = told('Kernel-Registry', 13, { KeyObject: 9n, Status: 0, KeyName: '' });
  const query = told('Kernel-Registry', 7, { KeyObject: 9n, Status: 0, KeyName: '', ValueName: 'x' });
  expect(acts(open, close, query).at(-1)).toMatchObject({ path: 'x', flags: ['guessed-path'] });
});
