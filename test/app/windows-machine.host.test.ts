import { mkdir, writeFile } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { analyzePackage } from '../../src/app/analyze.ts';
import type { Run } from '../../src/model/run.ts';
import { openRuns } from '../../src/store/run-reader.ts';
import { project } from '../helpers/buildhaus.ts';
import { isMissing, readData, readZipped } from '../helpers/data/shared-data.ts';
import { markerOf, windowsStory } from '../helpers/etl/windows-story.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import {
  type Received,
  type Script,
  type ScriptedWindows,
  startWindows,
} from '../sandbox/windows/scripted-windows.ts';
import { honestWith, listed, providers } from '../sandbox/windows/scripts.ts';

async function analyzedOn(windows: ScriptedWindows, folder: string): Promise<Run | undefined> {
  const machines = join(folder, 'buildhaus/machines');
  await mkdir(machines, { recursive: true });
  await writeFile(join(machines, 'windows.json'), JSON.stringify(windows.file));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  const { runs } = await analyzePackage({
    package: join(project, 'examples/suspicious-setup'),
    indexLocation: folder,
    platforms: [windows.file.platform],
    recipe: 'quick',
    timeoutMs: undefined,
    sandbox: 'qemu',
    allowWeakBoundary: false,
    requireStrongBoundary: true,
    mirror: undefined,
    tty: false,
    ruleFolders: [],
    runsFolder: join(folder, 'runs'),
    buildhaus: 'test',
    progress: quietProgress,
    signal: new AbortController().signal,
  }).finally(() => vi.unstubAllEnvs());
  return runs[0];
}

const allPassed = ['fetch', 'unpack', 'build', 'install', 'start', 'import', 'uninstall'].map(
  name => `${name} passed`,
);

test('a package on a Windows machine goes from its file to a report with findings', async () => {
  await using folder = await temporaryFolder();
  const kernelOf = (nonce: string) => windowsStory({ isBounded: true, hasLookAlike: true, nonce });
  await using windows = await startWindows(honestWith(kernelOf, providers));
  const run = await analyzedOn(windows, folder.path);
  expect(run?.machine).toMatchObject({ backend: 'remote', boundary: 'strong', user: 'mira' });
  expect(run?.tasks.map(({ name, status }) => `${name} ${status}`)).toEqual(allPassed);
  expect(run?.findings.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['browser-store-read', 'hidden-powershell', 'autostart-written']),
  );
  const commands = windows.received.filter(({ script }) => script.includes('ProcessStartInfo'));
  expect(commands[0]?.script).toContain('C:\\buildhaus\\probes\\fetch.py');
  expect(commands.map(({ script }) => /\$p\.FileName='([^']+)'/.exec(script)?.[1])).toContain(
    'C:\\buildhaus\\venv\\Scripts\\python.exe',
  );
}, 60_000);

test("what differs on its disk is the package's where that was traced, and else told and nobody's", async () => {
  await using folder = await temporaryFolder();
  const kernelOf = (nonce: string) => windowsStory({ isBounded: true, nonce });
  // The trace tells of an open of the passwords; the rest is what services do.
  const treeAfter = (looks: number) => ({
    'C:\\ProgramData\\Microsoft\\Diagnosis\\events.log': looks,
    'C:\\Users\\ADA\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Login Data': looks,
    ...(looks > 5 ? { 'C:\\Users\\mira\\project\\built.pyd': 1 } : {}),
  });
  const looksIn = (all: readonly Received[]) =>
    all.filter(({ script }) => script.includes('Get-ChildItem')).length;
  const script: Script = [
    ['Get-ChildItem', (_, all) => ({ stdout: listed(treeAfter(looksIn(all))) })],
    ...honestWith(kernelOf, providers),
  ];
  await using windows = await startWindows(script);
  const run = await analyzedOn(windows, folder.path);
  expect(run?.tasks.map(({ name, status }) => `${name} ${status}`)).toEqual(allPassed);
  expect(run?.findings.map(({ rule }) => rule)).not.toContain('unexplained-change');
  const left = run?.tasks.flatMap(({ leftovers }) => leftovers.map(({ path }) => win32.basename(path)));
  expect(left).toEqual(['events.log', 'Login Data']);
  await using reader = await openRuns(join(folder.path, 'runs'));
  const rows = await reader.query("SELECT DISTINCT kind, call, path FROM events WHERE origin = 'disk'");
  expect(
    rows.map(({ kind, call, path }) => `${kind} ${call} ${win32.basename(String(path))}`).sort(),
  ).toEqual([
    'file.write content Login Data',
    'meta.note unattributed-change built.pyd',
    'meta.note unattributed-change events.log',
  ]);
}, 60_000);

describe.skipIf(isMissing('etw/perfview'))('a machine whose trace is a real one', () => {
  test('is reported with what the recorded command did, and nothing that others did', async () => {
    await using folder = await temporaryFolder();
    const recorded = readZipped(readData('etw', 'perfview', 'net.4.5.2.x64.etl.zip'), '.etl');
    // In that trace process 3508 starts Test.x64.exe, the only one that it starts.
    await using windows = await startWindows(honestWith(nonce => markerOf(3508, nonce), recorded));
    const run = await analyzedOn(windows, folder.path);
    expect(run?.tasks.map(({ name, status }) => `${name} ${status}`)).toEqual(allPassed);
    await using reader = await openRuns(join(folder.path, 'runs'));
    const rows = await reader.query(
      "SELECT DISTINCT pid, argv[1] AS program FROM events WHERE kind = 'process.exec' AND task = 'import'",
    );
    expect(rows).toEqual([{ pid: 3676, program: 'Test.x64.exe' }]);
    const [others] = await reader.query(
      "SELECT count(*) AS n FROM events WHERE task = 'import' AND pid <> 3676 AND kind NOT LIKE 'meta.%'",
    );
    expect(others).toEqual({ n: 0 });
  }, 120_000);
});
