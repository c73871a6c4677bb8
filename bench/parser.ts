/**
 * How fast traces are parsed, by the processor time of this process: `npx tsx bench/parser.ts [TRACE]`.
 * Without a file it records one with this machine's strace: a virtual environment made by `python3 -m venv`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sniffTracer } from '../src/tracers/registry.ts';

const CHUNK_BYTES = 65_536;
const recorder = 'strace';
const ROUNDS = 5;

const bytes = readTrace(process.argv[2]);
const rates = Array.from({ length: ROUNDS }, () => measure(bytes)).sort((a, b) => a.ms - b.ms);
const median = rates[Math.floor(ROUNDS / 2)];
if (median !== undefined) {
  const seconds = median.ms / 1000;
  console.log(`${median.lines} lines, ${(bytes.length / 1e6).toFixed(1)} MB, ${median.items} items`);
  console.log(
    `${Math.round(median.lines / seconds)} lines/s, ${(bytes.length / 1e6 / seconds).toFixed(0)} MB/s`,
  );
}

function measure(trace: Uint8Array): { readonly ms: number; readonly lines: number; readonly items: number } {
  let seq = 0;
  let proc = 0;
  const tracer = sniffTracer(trace.subarray(0, CHUNK_BYTES));
  if (tracer === undefined) throw new Error('no tracer knows this file');
  const parser = tracer.createParser({ numbering: { nextSeq: () => seq++, nextProc: () => proc++ } });
  const started = process.cpuUsage();
  let items = 0;
  for (let at = 0; at < trace.length; at += CHUNK_BYTES) {
    items += parser.push(trace.subarray(at, at + CHUNK_BYTES)).length;
  }
  items += parser.end().length;
  const used = process.cpuUsage(started);
  const ms = (used.user + used.system) / 1000;
  return { ms, lines: countLines(trace), items };
}

function countLines(trace: Uint8Array): number {
  let lines = 0;
  for (let at = trace.indexOf(10); at >= 0; at = trace.indexOf(10, at + 1)) lines += 1;
  return lines;
}

function readTrace(file: string | undefined): Uint8Array {
  if (file !== undefined) return readFileSync(file);
  const folder = mkdtempSync(join(tmpdir(), 'parser-bench-'));
  try {
    const trace = join(folder, 'venv.strace');
    execFileSync(recorder, ['-f', '-y', '-o', trace, 'python3', '-m', 'venv', join(folder, 'venv')]);
    return readFileSync(trace);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
