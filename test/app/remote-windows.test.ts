import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { analyzePackage } from '../../src/app/analyze.ts';
import { project } from '../helpers/buildhaus.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startWindows } from '../sandbox/remote/scripted-windows.ts';
import { honest } from '../sandbox/remote/windows-scripts.ts';

test('a package on a Windows machine goes from its file to a report with findings', async () => {
  await using folder = await temporaryFolder();
  await using windows = await startWindows(honest);
  const machines = join(folder.path, 'buildhaus/machines');
  await mkdir(machines, { recursive: true });
  await writeFile(join(machines, 'windows.json'), JSON.stringify(windows.file));
  vi.stubEnv('XDG_CONFIG_HOME', folder.path);
  const [run] = await analyzePackage({
    package: join(project, 'examples/suspicious-setup'),
    index: folder.path,
    platforms: [windows.file.platform],
    recipe: 'quick',
    timeoutMs: undefined,
    sandbox: 'qemu',
    allowWeakBoundary: false,
    requireStrongBoundary: true,
    mirror: undefined,
    tty: false,
    rules: [],
    runs: join(folder.path, 'runs'),
    buildhaus: 'test',
    progress: quietProgress,
    signal: new AbortController().signal,
  }).finally(() => vi.unstubAllEnvs());
  expect(run?.machine).toMatchObject({ backend: 'remote', boundary: 'strong', user: 'mira' });
  expect(run?.tasks.map(({ name, status }) => `${name} ${status}`)).toEqual(
    ['fetch', 'unpack', 'build', 'install', 'start', 'import', 'uninstall'].map(name => `${name} passed`),
  );
  expect(run?.findings.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['browser-store-read', 'hidden-powershell', 'autostart-written']),
  );
  const commands = windows.received.filter(({ script }) => script.includes('ProcessStartInfo'));
  expect(commands[0]?.script).toContain('"C:\\buildhaus\\probes\\fetch.py"'.replaceAll('"', ''));
  expect(commands.map(({ script }) => /\$p\.FileName='([^']+)'/.exec(script)?.[1])).toContain(
    'C:\\buildhaus\\venv\\Scripts\\python.exe',
  );
}, 60_000);
