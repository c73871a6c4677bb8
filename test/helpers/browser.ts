import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from './temporary-folder.ts';

const chromium = '/usr/bin/chromium';

/** Why pages cannot be opened here, or undefined when they can. */
export const noBrowser = existsSync(chromium)
  ? undefined
  : `${chromium} is not there: apt-get install --no-install-recommends chromium`;

/** What a browser made of a page. */
export interface Opened {
  /** The page as it stood when it had loaded and its timers had run. */
  readonly dom: string;
  /** What it asked the listener for, and the addresses below `.example` that the browser's network log names. */
  readonly requests: readonly string[];
  /** What it told its console: refused markup, errors of scripts. */
  readonly console: readonly string[];
}

/** Opens a page from a file, as a reader does, in a real browser. `LISTENER` in it is a server that counts who asks. */
export async function openPage(page: string): Promise<Opened> {
  await using folder = await temporaryFolder();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const file = path.join(folder.path, 'page.html');
  const netLog = path.join(folder.path, 'net.json');
  await mkdir(path.join(folder.path, 'profile'));
  await writeFile(file, page.replaceAll('LISTENER', `127.0.0.1:${port}`));
  try {
    const { stdout, stderr } = await run([
      ...flags,
      `--user-data-dir=${path.join(folder.path, 'profile')}`,
      `--log-net-log=${netLog}`,
      pathToFileURL(file).href,
    ]);
    const log = await readFile(netLog, 'utf8');
    // A browser asks its maker's servers whatever page it opens: only what the page names is the page's.
    const named = [...log.matchAll(/"url":"(\w+:[^"]*\.example[^"]*)"/g)].map(([, url = '']) => url);
    return {
      dom: stdout,
      requests: [...asked, ...named],
      console: stderr.split('\n').filter(line => line.includes(':CONSOLE')),
    };
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
}

/** Without its sandbox, since root has none in Chromium, and without what a browser asks its maker. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--enable-logging=stderr',
  '--virtual-time-budget=3000',
  '--dump-dom',
];

/** Longer than any page takes here. */
const limitMs = 50_000;

async function run(args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(chromium, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said.stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said.stderr += part;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${chromium} ended with ${code}: ${said.stderr}`);
  return said;
}
