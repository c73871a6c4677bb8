import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import { assertDefined } from '../../src/base/assert.ts';

const probes = path.resolve(import.meta.dirname, '../../guest/probes');

const linkPip = `
import glob, os, pip, sys
site_packages = glob.glob(os.path.join(sys.argv[1], "lib", "python3*", "site-packages"))[0]
os.symlink(os.path.dirname(pip.__file__), os.path.join(site_packages, "pip"))
`;

/** What a probe said and how it ended. */
export interface ProbeEnd {
  readonly code: number | null;
  readonly hints: readonly Record<string, unknown>[];
  readonly reason: unknown;
  readonly output: string;
}

/** A home of its own in a temporary folder, with probes that run on this machine's Python. Only for fixtures of ours. */
export class ProbeHome {
  readonly folder: string;
  #venv: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#venv = path.join(folder, 'venv');
  }

  static async create(): Promise<ProbeHome> {
    return new ProbeHome(await mkdtemp(path.join(tmpdir(), 'probes-')));
  }

  path(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** Makes the virtual environment that packages are installed into; its pip is this machine's, which is quicker. */
  async makeVenv(): Promise<void> {
    await this.python('-m', 'venv', '--without-pip', this.#venv);
    await this.python('-c', linkPip, this.#venv);
  }

  /** Uses the environment of another home, for probes that install nothing. */
  borrowVenv(lender: ProbeHome): void {
    this.#venv = lender.#venv;
  }

  /** Runs our own Python code, to make a fixture; throws when it fails. */
  async python(...args: readonly string[]): Promise<string> {
    const child = spawn('python3', args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const [output, code] = await Promise.all([text(child.stdout), ended(child)]);
    if (code !== 0) throw new Error(`python3 ${args.join(' ')} ended with ${code}`);
    return output;
  }

  /** Runs one probe as the runner does, isolated and with a hint stream of its own. */
  async run(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ProbeEnd> {
    const child = spawn('python3', ['-I', '-B', path.join(probes, `${name}.py`), ...args], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.folder,
        LANG: 'C.UTF-8',
        PIP_DISABLE_PIP_VERSION_CHECK: '1',
        PIP_NO_CACHE_DIR: '1',
        PIP_CONFIG_FILE: '/dev/null',
        PROBE_FD: '3',
        PROBE_LIMIT: '60',
        PROBE_VENV: this.#venv,
        PROBE_TOOLS_PYTHON: path.join(this.#venv, 'bin', 'python'),
        PROBE_TOOLS_PATH: this.path('tools'),
        ...env,
      },
    });
    const [output, errors, lines, code] = await Promise.all([
      text(readable(child, 1)),
      text(readable(child, 2)),
      text(readable(child, 3)),
      ended(child),
    ]);
    const hints = lines.split('\n').filter(Boolean).map(parse);
    const reason = hints.findLast(hint => hint['hint'] === 'reason')?.['text'];
    return { code, hints, reason, output: output + errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * Making an environment takes as long as a probe: one that nothing is installed into serves all tests of a file.
 * Gives what lends it to a home.
 */
export function createVenvLender(): (home: ProbeHome) => void {
  let lender: ProbeHome | undefined;
  beforeAll(async () => {
    lender = await ProbeHome.create();
    await lender.makeVenv();
  });
  afterAll(() => lender?.[Symbol.asyncDispose]());
  return home => home.borrowVenv(assertDefined(lender, 'a home that lends its environment'));
}

function parse(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function readable(child: ChildProcess, fd: number): Readable {
  const stream = child.stdio[fd];
  if (stream === null || stream === undefined || !('read' in stream)) throw new Error(`no stream ${fd}`);
  return stream;
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}
