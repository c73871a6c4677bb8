import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxActs, maxDepth, maxProcesses, maxTree, readActivity } from '../../src/app/activity.ts';
import { importTrace } from '../../src/app/import-trace.ts';
import { toText } from '../../src/report/to-text.ts';
import { readRun } from '../../src/store/bundle/runs.ts';
import { openRuns } from '../../src/store/run-reader.ts';
import { isMissing, readData, readZipped } from '../helpers/data/shared-data.ts';
import { windowsStory } from '../helpers/etl/windows-story.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { bench } from '../policy/bench.ts';

async function imported(folder: string, trace: Uint8Array) {
  const file = join(folder, 'trace.etl');
  await writeFile(file, trace);
  return await importTrace({
    file,
    tracer: 'auto',
    platform: 'windows-11/cpython-3.12',
    phase: 'install',
    ruleFolders: [],
    runsFolder: join(folder, 'runs'),
    buildhaus: 'test',
    progress: quietProgress,
    signal: new AbortController().signal,
  });
}

test('a trace of a stealer on Windows becomes findings, each with its process chain', async () => {
  await using folder = await temporaryFolder();
  const run = await imported(folder.path, windowsStory());
  expect(run.findings.map(({ rule, matches }) => [rule, matches])).toEqual([
    ['browser-store-read', 2],
    ['hidden-powershell', 1],
    ['connect-outside', 1],
    ['name-looked-up', 1],
    ['autostart-written', 1],
  ]);
  const chain = run.findings[1]?.evidence[0]?.chain.map(({ command }) => command.split(' ')[0]);
  expect(chain).toEqual([
    expect.any(String),
    'C:\\Windows\\explorer.exe',
    'C:\\Python312\\python.exe',
    'powershell',
  ]);
  expect(run.verdict).toMatchObject({ behaviour: 'suspicious', integrity: 'incomplete' });
});

test('the report tells what its processes did, also when it is shown again', async () => {
  await using folder = await temporaryFolder();
  const run = await imported(folder.path, windowsStory());
  const again = await readRun(join(folder.path, 'runs'), run.run);
  const text = toText({
    runs: [{ run: again, exitCode: 0 }],
    exitCode: 0,
    failOn: 'high',
    text: { colour: false, width: 100, verbose: false },
  });
  expect(text).toContain(`Processes
  process 4  [4]
    C:\\\\Windows\\\\explorer.exe  [400], was there before
      C:\\\\Python312\\\\python.exe -m pip install demo-1.0.tar.gz  [500], ended with 0
        powershell -w hidden -EncodedCommand SQBFAFgAKABOAGUAdwAtAE8A  [600], ended with 0
Files
`);
  expect(text).toContain(`Registry
  set       HKCU\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run\\\\Updater  [500]
`);
  expect(text).toContain(`Network
  connect   tcp 198.51.100.7:443  [500]
Names
  dns       drop.host.invalid  [500]
`);
});

test('lists of a report are bounded, and say what they leave out', async () => {
  await using held = await bench([
    {
      task: 'trace',
      phase: 'install',
      events: Array.from({ length: maxActs + 5 }, (_, seq) => ({
        ...{ seq, at_ns: seq, proc: seq + 1, pid: seq, tid: 0, origin: 'kernel' },
        ...{ kind: 'file.write', path: `C:\\f${seq}` },
      })),
    },
  ]);
  const { files, more } = await readActivity(held.query);
  expect([files.length, more.files]).toEqual([maxActs, 5]);
});

test.each<[string, number, number, (index: number) => number]>([
  ['wider', maxTree, maxTree + 5, () => 1],
  ['deeper', maxDepth + 1, maxDepth + 8, index => index],
  ['larger', maxTree, maxProcesses + 7, () => 1],
])(
  'a tree that is %s than a report shows says how many processes it leaves out',
  async (_, most, count, parentOf) => {
    const common = { at_ns: 0, pid: 1, tid: 0, origin: 'kernel' } as const;
    const forks = Array.from({ length: count - 1 }, (_, seq) => {
      const child = { child: seq + 2, ret: seq + 2 };
      return { ...common, ...child, kind: 'process.fork' as const, seq, proc: parentOf(seq + 1) };
    });
    // It is nobody's child, made nobody, and has no name: no part of a tree.
    const alone = { ...common, kind: 'file.write' as const, seq: count, proc: count + 1, path: '/x' };
    await using held = await bench([{ task: 'trace', phase: 'install', events: [...forks, alone] }]);
    const { processes, more } = await readActivity(held.query);
    expect([processes.length, more.processes]).toEqual([most, count - most]);
  },
);

const perfview = 'etw/perfview/net.4.5.2.x64.etl.zip';

describe.skipIf(isMissing(perfview))('a recorded trace of Windows 8', () => {
  test('becomes a run: processes with command lines, files, network, and what started', async () => {
    await using folder = await temporaryFolder();
    const run = await imported(folder.path, readZipped(readData(perfview), '.etl'));
    expect(run.counts).toMatchObject({ diagnostics: 0, lost: 0, processes: 37 });
    await using reader = await openRuns(join(folder.path, 'runs'));
    const kinds = await reader.query(
      "SELECT kind, sum(coalesce(times, 1))::INTEGER AS n FROM events WHERE kind <> 'raw' GROUP BY kind ORDER BY kind",
    );
    // PerfView's baseline: 562 creates of files, 35 loaded images, 240 + 1 + 6 sent, 250 + 19 + 10 received, 32 found, 1 started.
    expect(Object.fromEntries(kinds.map(row => [row['kind'], row['n']]))).toMatchObject({
      'module.load': 35,
      'net.recv': 279,
      'net.send': 247,
      'process.exec': 1,
      'process.exit': 1,
      'process.found': 32,
    });
    expect(
      kinds.reduce((n, row) => n + (/^file\./.test(String(row['kind'])) ? Number(row['n']) : 0), 0),
    ).toBe(562);
    const question = "SELECT argv FROM processes WHERE exe = 'C:\\Windows\\System32\\csrss.exe'";
    expect((await reader.query(question))[0]?.['argv']).toContain(
      'WinSrv:UserServerDllInitialization,3'.replace('WinSrv', 'ServerDll=winsrv'),
    );
  }, 120_000);
});
