/**
 * How much memory a long trace takes: `npm run bench:long-trace [-- LINES [TRACE]]`. A real trace is written again and
 * again, each time by other processes, through a pipe into `buildhaus parse -`; nothing of it is kept. Without a file it
 * records one with this machine's strace. The peak is that of the whole program, the TypeScript loader included.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [wanted = '20000000', file] = process.argv.slice(2);
const recorder = 'strace';
const main = join(import.meta.dirname, '../src/main.ts');
/** Linux' largest process id is 2^22. */
const MAX_PID = 4_194_304;

const lines = (file === undefined ? record() : readFileSync(file, 'latin1')).trimEnd().split('\n');
const program = spawn(process.execPath, ['--import', 'tsx', main, 'parse', '-'], {
  stdio: ['pipe', 'ignore', 'pipe'],
});
const said: string[] = [];
program.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
const ended = once(program, 'close');
const started = performance.now();
let written = 0;
let peak = 0;
for (let round = 0; written < Number(wanted); round += 1) {
  const text = lines.map(line => renumber(line, round)).join('\n');
  written += lines.length;
  if (!program.stdin.write(`${text}\n`, 'latin1')) await once(program.stdin, 'drain');
  peak = Math.max(peak, peakOf(program.pid));
  if (round % 20 === 0) console.log(`${written} lines, peak ${peak} MB`);
}
program.stdin.end();
await ended;
const seconds = (performance.now() - started) / 1000;
console.log(`${written} lines in ${seconds.toFixed(0)} s, peak ${peak} MB; it said: ${said.join('').trim()}`);

/** Other processes for each round: the one that makes a line, and the one that a clone made. */
function renumber(line: string, round: number): string {
  const shift = (number: string) => String(((Number(number) + round * 1009) % MAX_PID) + 1);
  const moved = line.replace(/^\d+/, shift);
  return /(?:clone|clone3|vfork|fork)\(|(?:clone|clone3|vfork|fork) resumed/.test(moved)
    ? moved.replace(/(?<=\) = )\d+/, shift)
    : moved;
}

function peakOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

function record(): string {
  const folder = mkdtempSync(join(tmpdir(), 'long-trace-'));
  try {
    const trace = join(folder, 'venv.strace');
    execFileSync(recorder, ['-f', '-y', '-o', trace, 'python3', '-m', 'venv', join(folder, 'venv')]);
    return readFileSync(trace, 'latin1');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
