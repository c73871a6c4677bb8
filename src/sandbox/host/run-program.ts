import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { keepTail } from './keep-text.ts';

/** How a program on this host ended, with the last of what it said. */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Kept bytes of each of stdout and stderr. */
const outputLimit = 1024 * 1024;

/** How long an aborted program may take to clean up after itself. */
const killAfterMs = 10_000;

/**
 * Runs a program of this host to its end, without a shell. A program that cannot be started ends with code 127. An
 * aborted one has ended too when its result is there: nothing writes any more to what the caller then removes.
 */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: {
    readonly signal?: AbortSignal;
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly onLine?: (line: string) => void;
  } = {},
): Promise<ProgramResult> {
  const [program, ...rest] = argv;
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const stdout = keepTail(child.stdout, outputLimit);
  const stderr = keepTail(child.stderr, outputLimit);
  for (const stream of [child.stdout, child.stderr]) if (options.onLine) eachLine(stream, options.onLine);
  const release = endOnAbort(child, options.signal);
  const code = await new Promise<number | null>(resolve => {
    child.on('error', () => resolve(127));
    child.on('close', resolve);
  });
  release();
  return { code, stdout: stdout(), stderr: stderr() };
}

function endOnAbort(child: ChildProcessByStdio<null, Readable, Readable>, signal?: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill('SIGTERM');
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      // What it started may hold these open, and its end would never be seen.
      child.stdout.destroy();
      child.stderr.destroy();
    }, killAfterMs);
  };
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  };
}

/** Lines for people to watch: one that comes in two pieces is shown as two. */
function eachLine(stream: Readable, onLine: (line: string) => void): void {
  stream.on('data', (chunk: string) => {
    for (const line of chunk.split('\n')) if (line.trim() !== '') onLine(line.trim());
  });
}
