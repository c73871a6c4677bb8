/**
 * How fast traces are parsed on one core: `npm run bench:parser [-- TRACE...]`. Files ending in .gz are unpacked.
 * Without a file it records one with this machine's strace: a virtual environment made by `python3 -m venv`, in
 * which pip installs itself.
 *
 * A round parses the trace as often as it takes to see ROUND_LINES lines, each time with a new parser. The best round
 * is what the code takes; the median says how busy the machine was. Rates are by this process' processor time.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sniffTracer } from '../src/tracers/registry.ts';

const CHUNK_BYTES = 65_536;
const ROUND_LINES = 200_000;
const ROUNDS = 9;
const recorder = 'strace';

const files = process.argv.slice(2);
if (files.length === 0) report('python3 -m venv', recordTrace());
for (const file of files) report(basename(file), readTrace(file));

interface Round {
  readonly lines: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

function report(name: string, trace: Uint8Array): void {
  const lines = countLines(trace);
  const { events, diagnostics } = parse(trace);
  const rounds = Array.from({ length: ROUNDS }, () => measure(trace, lines)).sort(
    (one, other) => one.cpuSeconds - other.cpuSeconds,
  );
  const [best, median] = [rounds[0], rounds[Math.floor(ROUNDS / 2)]];
  if (best === undefined || median === undefined) return;
  const bytesPerLine = trace.length / lines;
  console.log(`${name}: ${lines} lines of ${bytesPerLine.toFixed(0)} bytes on average`);
  console.log(`  ${events} events, ${diagnostics} diagnostics`);
  const perSecond = best.lines / best.cpuSeconds;
  console.log(`  best    ${rate(best)}, ${((perSecond * bytesPerLine) / 1e6).toFixed(0)} MB/s`);
  console.log(`  median  ${rate(median)}`);
}

function rate({ lines, cpuSeconds, wallSeconds }: Round): string {
  const each = ((cpuSeconds * 1e6) / lines).toFixed(2);
  const wall = Math.round(lines / wallSeconds);
  return `${Math.round(lines / cpuSeconds)} lines/s by processor time (${each} us a line), ${wall} by the clock`;
}

function measure(trace: Uint8Array, lines: number): Round {
  const times = Math.ceil(ROUND_LINES / lines);
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  for (let time = 0; time < times; time += 1) parse(trace);
  const used = process.cpuUsage(cpu);
  return {
    lines: lines * times,
    cpuSeconds: (used.user + used.system) / 1e6,
    wallSeconds: (performance.now() - started) / 1000,
  };
}

function parse(trace: Uint8Array): { readonly events: number; readonly diagnostics: number } {
  let seq = 0;
  let proc = 0;
  const tracer = sniffTracer(trace.subarray(0, CHUNK_BYTES));
  if (tracer === undefined) throw new Error('no tracer knows this file');
  const parser = tracer.createParser({ numbering: { nextSeq: () => seq++, nextProc: () => proc++ } });
  let events = 0;
  let diagnostics = 0;
  const count = (items: ReturnType<typeof parser.push>) => {
    for (const item of items) {
      if (item.kind === 'diagnostic') diagnostics += 1;
      else events += 1;
    }
  };
  for (let at = 0; at < trace.length; at += CHUNK_BYTES) {
    count(parser.push(trace.subarray(at, at + CHUNK_BYTES)));
  }
  count(parser.end());
  return { events, diagnostics };
}

function countLines(trace: Uint8Array): number {
  let lines = 0;
  for (let at = trace.indexOf(10); at >= 0; at = trace.indexOf(10, at + 1)) lines += 1;
  return lines;
}

function readTrace(file: string): Uint8Array {
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function recordTrace(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'parser-bench-'));
  try {
    const trace = join(folder, 'venv.strace');
    execFileSync(recorder, ['-f', '-y', '-o', trace, 'python3', '-m', 'venv', join(folder, 'venv')]);
    return readFileSync(trace);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
