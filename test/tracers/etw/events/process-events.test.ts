import { describe, expect, test } from 'vitest';
import { LATE_NS } from '../../../../src/tracers/etw/state/processes.ts';
import { acts, mapped, told } from './mapped.ts';

const { raw } = String;
const sid = 'S-1-5-21-1-2-3-1001';
const python = {
  UniqueProcessKey: 0xfffffa8001n,
  ProcessId: 500,
  ParentId: 100,
  SessionId: 1,
  ExitStatus: 259,
  UserSID: sid,
  ImageFileName: 'python.exe',
  CommandLine: raw`"C:\Python312\python.exe" -c "print(1)"`,
};
const start = told('Process', 1, python, { pid: 100, ns: 10 });
const end = (ns: number) => told('Process', 2, { ...python, ExitStatus: 3 }, { pid: 500, ns });
const image = told(
  'Image',
  10,
  {
    ImageBase: 1n,
    ImageSize: 0x1000n,
    ProcessId: 500,
    FileName: raw`\Device\HarddiskVolume2\Python312\python.exe`,
  },
  { pid: 500, ns: 20 },
);
const volume = told('SysConfig', 35, { NtPath: '\\Device\\HarddiskVolume2\\', DosPath: 'C:\\' }, { pid: 0 });

describe('a process that starts', () => {
  test('is made by one and runs a program, whose file its first image is', () => {
    expect(acts(volume, start, image, end(30))).toMatchObject([
      { kind: 'process.fork', at_ns: 10, pid: 100, child: 2, ret: 500, origin: 'kernel' },
      {
        kind: 'process.exec',
        at_ns: 10,
        proc: 2,
        pid: 500,
        path: raw`C:\Python312\python.exe`,
        argv: [raw`C:\Python312\python.exe`, '-c', 'print(1)'],
        args: python.CommandLine,
      },
      { kind: 'module.load', proc: 2, path: raw`C:\Python312\python.exe`, bytes: 0x1000 },
      { kind: 'process.exit', proc: 2, ret: 3 },
    ]);
  });

  test('is one process when Kernel-Process tells of it too, and each adds what the other lacks', () => {
    const also = told(
      'Kernel-Process',
      1,
      {
        ProcessID: 500,
        ProcessSequenceNumber: 77n,
        ParentProcessID: 100,
        ImageName: raw`\Device\HarddiskVolume2\Python312\python.exe`,
      },
      { pid: 100, ns: 11 },
    );
    const both = acts(volume, start, also);
    expect(both).toMatchObject([
      { kind: 'process.fork' },
      { kind: 'process.exec', path: raw`C:\Python312\python.exe`, args: python.CommandLine },
    ]);
    expect(acts(volume, also, start)[1]).toMatchObject({
      path: raw`C:\Python312\python.exe`,
      args: python.CommandLine,
    });
  });

  test('without an image is named by its command line, which is a guess', () => {
    expect(acts(start)[1]).toMatchObject({ path: raw`C:\Python312\python.exe`, flags: ['guessed-path'] });
    const lying = told('Process', 1, { ...python, CommandLine: raw`C:\Windows\explorer.exe` }, { pid: 100 });
    expect(acts(lying)[1]).toMatchObject({ path: 'python.exe', flags: ['guessed-path'] });
  });

  test('is its maker’s child, whoever it says its parent is', () => {
    const forged = told('Process', 1, { ...python, ParentId: 4711 }, { pid: 100 });
    expect(acts(forged)[0]).toMatchObject({ pid: 100, args: expect.stringContaining('ParentId=4711') });
  });

  test('is another one than that which had its number before', () => {
    const again = told('Process', 1, { ...python, UniqueProcessKey: 0xfffffa8002n }, { pid: 100, ns: 50 });
    const execs = acts(start, again).flatMap(item => (item.kind === 'process.exec' ? [item.proc] : []));
    expect(new Set(execs).size).toBe(2);
  });

  test('ends with what it said, unsigned as Windows shows it', () => {
    const crash = told('Process', 2, { ...python, ExitStatus: -1073741819 }, { pid: 500, ns: 30 });
    expect(acts(start, crash).at(-1)).toMatchObject({ kind: 'process.exit', ret: 0xc0000005 });
  });

  test('ends once, whoever tells of it', () => {
    const also = told('Kernel-Process', 2, { ProcessID: 500, ExitCode: 3 }, { pid: 500, ns: 31 });
    expect(acts(start, end(30), also).filter(item => item.kind === 'process.exit')).toHaveLength(1);
  });
});

describe('what comes under the number of an ended process', () => {
  const load = (ns: number) => told('Image', 10, { ProcessId: 500, FileName: 'x' }, { pid: 500, ns });
  const procs = (ns: number) =>
    acts(start, end(30), load(ns)).flatMap(item => ('proc' in item ? [item.proc] : []));

  test('is still its own for a while', () => {
    expect(procs(30 + LATE_NS).at(-1)).toBe(1);
  });

  test('then it is another', () => {
    expect(procs(31 + LATE_NS).at(-1)).toBe(3);
  });
});

describe('a process that was there before', () => {
  const found = told('Process', 3, { ...python, ParentId: 4 }, { pid: 500, tid: -1 });

  test('is found, with its command line, and did nothing', () => {
    const rundown = told('Image', 3, { ProcessId: 500, FileName: raw`\SystemRoot\python.exe` }, { pid: 500 });
    expect(acts(found, rundown)).toMatchObject([
      {
        kind: 'process.found',
        proc: 2,
        pid: 4,
        child: 1,
        ret: 500,
        argv: [expect.any(String), '-c', 'print(1)'],
        path: raw`\SystemRoot\python.exe`,
      },
    ]);
  });

  test('is found once', () => {
    expect(acts(found, told('Process', 4, python, { pid: 500 }))).toHaveLength(1);
  });
});

describe('a thread', () => {
  const thread = (pid: number, target: number) =>
    told('Thread', 1, { ProcessId: target, TThreadId: 9 }, { pid, ns: 40 });

  test('that a process makes in another one is an act upon it', () => {
    expect(acts(start, thread(100, 500), thread(100, 500)).at(-1)).toMatchObject({
      kind: 'process.ptrace',
      proc: 2,
      child: 1,
    });
  });

  test('that is the first of a new process, one’s own, or the system’s is none', () => {
    const kinds = mapped(start, thread(100, 500), thread(500, 500), thread(500, 4)).map(item => item.kind);
    expect(kinds).not.toContain('process.ptrace');
  });
});

test('a record without the number of its process is kept as it is', () => {
  expect(mapped(told('Process', 1, { ImageFileName: 'x' }))).toMatchObject([
    { kind: 'raw', args: 'ImageFileName="x"' },
  ]);
});

test('what a process writes itself is a hint', () => {
  const classic = told('Process', 2, python, { header: 'classic', pid: 500 });
  expect(mapped(classic)).toMatchObject([{ kind: 'process.exit', origin: 'hint' }]);
});
