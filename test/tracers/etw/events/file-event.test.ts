import { describe, expect, test } from 'vitest';
import { MAX_TRIAL } from '../../../../src/tracers/etw/state/operations.ts';
import { acts, mapped, told } from './mapped.ts';

const { raw } = String;
const OPEN = 0x1000060;
const name = raw`\??\C:\Users\ada\.ssh\id_rsa`;
const path = raw`C:\Users\ada\.ssh\id_rsa`;
const create = (options: number, irp = 1n, ns = 10) =>
  told('Kernel-File', 12, { Irp: irp, FileObject: 7n, CreateOptions: options, FileName: name }, { ns });
const ended = (status: number, information: bigint, irp = 1n, ns = 35) =>
  told('Kernel-File', 24, { Irp: irp, ExtraInformation: information, Status: status }, { ns });

describe('an open', () => {
  test('that worked says so when its end is told, and what it was asked for stands beside it', () => {
    expect(acts(create(OPEN), ended(0, 1n))).toMatchObject([
      {
        kind: 'file.open',
        path,
        ok: true,
        ret: 0,
        dur_ns: 25,
        args: 'OPEN|SYNCHRONOUS_IO_NONALERT|NON_DIRECTORY_FILE',
      },
    ]);
  });

  test('that failed keeps the status', () => {
    expect(acts(create(OPEN), ended(0xc0000034, 0n))).toMatchObject([
      { ok: false, errno: 'ENOENT', ret: 0xc0000034 },
    ]);
  });

  test('whose end nobody tells is neither', () => {
    const [open] = acts(create(OPEN));
    expect(open).not.toHaveProperty('ok');
    expect(open).not.toHaveProperty('access');
  });

  test.each([
    ['made the file', 0x3000060, 2n, { kind: 'file.create' }],
    ['emptied the file', 0x5000060, 3n, { kind: 'file.open', access: 'write' }],
    ['asked for attributes alone', 0x1200000, 1n, { kind: 'file.stat' }],
  ])('that %s is told so', (_, options, information, expected) => {
    expect(acts(create(options), ended(0, information))).toMatchObject([expected]);
  });

  test('that made a file is one event, though two records tell of it', () => {
    const made = told('Kernel-File', 30, { Irp: 1n, FileObject: 7n, CreateOptions: OPEN, FileName: name });
    expect(acts(create(OPEN), made, ended(0, 2n))).toMatchObject([{ kind: 'file.create', path, ok: true }]);
    expect(acts(made)).toMatchObject([{ kind: 'file.create', path }]);
  });

  test('is given when its Irp is used again', () => {
    expect(acts(create(OPEN), create(OPEN), ended(0, 1n))).toMatchObject([
      { kind: 'file.open' },
      { ok: true },
    ]);
  });
});

describe('an operation on an open file', () => {
  const read = told('Kernel-File', 15, {
    ByteOffset: 0n,
    Irp: 2n,
    FileObject: 7n,
    FileKey: 8n,
    IOSize: 4096,
  });

  test('has the path of the open, and the bytes that were moved', () => {
    expect(acts(create(OPEN), ended(0, 1n), read, ended(0, 1675n, 2n)).at(-1)).toMatchObject({
      kind: 'file.read',
      path,
      bytes: 1675,
    });
  });

  test('has the bytes that were asked for when no end is told', () => {
    expect(acts(create(OPEN), read).at(-1)).toMatchObject({ kind: 'file.read', path, bytes: 4096 });
  });

  test('is named by the file’s key when the open was not seen', () => {
    const known = told('Kernel-File', 10, { FileKey: 8n, FileName: name });
    expect(acts(known, read)).toMatchObject([{ kind: 'file.read', path }]);
    const rundown = told('FileIO', 36, { FileObject: 8n, FileName: name });
    expect(acts(rundown, read)).toMatchObject([{ kind: 'file.read', path }]);
  });

  test('has no path after the file was closed, or when its open failed', () => {
    const close = told('Kernel-File', 14, { Irp: 3n, FileObject: 7n, FileKey: 9n });
    expect(acts(create(OPEN), close, read).at(-1)).not.toHaveProperty('path');
    expect(acts(create(OPEN), ended(0xc0000022, 0n), read).at(-1)).not.toHaveProperty('path');
  });
});

describe('a deletion, a renaming', () => {
  const to = raw`\??\C:\Users\ada\x`;

  test('is one event, with the path of the record that has one', () => {
    const set = told('Kernel-File', 18, { Irp: 4n, FileObject: 7n, FileKey: 8n, ExtraInformation: 1n });
    const withPath = told('Kernel-File', 26, { Irp: 4n, FileObject: 7n, FileKey: 8n, FilePath: name });
    for (const events of [
      [set, withPath],
      [withPath, set],
    ]) {
      expect(acts(...events, ended(0, 0n, 4n))).toMatchObject([{ kind: 'file.delete', path, ok: true }]);
    }
  });

  test('that is taken back is none', () => {
    const undo = told('Kernel-File', 18, { Irp: 4n, FileObject: 7n, FileKey: 8n, ExtraInformation: 0n });
    expect(acts(undo)).toEqual([]);
  });

  test('has both names, and the file has the new one from then on', () => {
    const rename = told('Kernel-File', 27, {
      Irp: 5n,
      FileObject: 7n,
      FileKey: 8n,
      ExtraInformation: 0n,
      FilePath: to,
    });
    const read = told('Kernel-File', 15, { Irp: 6n, FileObject: 7n, FileKey: 8n, IOSize: 1 });
    expect(acts(create(OPEN), ended(0, 1n), rename, ended(0, 0n, 5n), read).slice(1)).toMatchObject([
      { kind: 'file.rename', path, path2: raw`C:\Users\ada\x` },
      { kind: 'file.read', path: raw`C:\Users\ada\x` },
    ]);
  });
});

test('where no ends are told, operations stop waiting for them', () => {
  const events = Array.from({ length: MAX_TRIAL + 1 }, (_, index) => create(OPEN, BigInt(index), index));
  const items = mapped(...events);
  expect(items.map(item => ('at_ns' in item ? item.at_ns : -1))).toEqual(
    events.map(({ record }) => record.ns),
  );
});

test('the kernel logger’s file records are read alike', () => {
  const classic = told('FileIO', 64, { IrpPtr: 1n, FileObject: 7n, CreateOptions: OPEN, OpenPath: name });
  const end = told('FileIO', 76, { IrpPtr: 1n, ExtraInfo: 1n, NtStatus: 0 });
  const gone = told('FileIO', 79, { IrpPtr: 2n, FileObject: 7n, FileKey: 8n, ExtraInfo: 1n, FileName: name });
  expect(acts(classic, end, gone)).toMatchObject([
    { kind: 'file.open', path, ok: true },
    { kind: 'file.delete', path },
  ]);
});
