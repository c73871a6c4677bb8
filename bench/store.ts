/**
 * Events to Parquet: rows a second and peak memory, `npm run bench:store [-- EVENTS [TRACE]]`. With a strace text
 * (.gz is unpacked), what its parser gives is stored instead of made-up events, over and over until the count is
 * reached: then the figures are those of parsing and storing together.
 *
 * The best of ROUNDS is what the code takes. The processor's time is that of all threads: the engine sorts and
 * compresses on one of its own.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Event } from '../src/model/event.ts';
import { createRunWriter } from '../src/store/run-writer.ts';
import { strace } from '../src/tracers/strace/index.ts';
import { sampleRun } from '../test/store/sample.ts';

const batchSize = 2_000;
const ROUNDS = 4;

const [count = '1000000', trace] = process.argv.slice(2);
const rounds: Round[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const wanted = Number(count);
  rounds.push(await measure(trace === undefined ? makeEvents(wanted) : parseOver(trace, wanted)));
}
report(rounds);

interface Round {
  readonly rows: number;
  readonly appendMs: number;
  readonly sealMs: number;
  readonly cpuMicros: number;
  readonly bytes: number;
}

async function measure(batches: AsyncIterable<readonly Event[]>): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'buildhaus-bench-'));
  try {
    await using writer = await createRunWriter({ folder, run: 'bench' });
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    let rows = 0;
    for await (const batch of batches) {
      await writer.appendEvents('install', 'install', batch);
      rows += batch.length;
    }
    const appended = performance.now();
    const { folder: bundle } = await writer.seal(sampleRun('bench'));
    const [sealed, used] = [performance.now(), process.cpuUsage(cpu)];
    const { size } = await stat(join(bundle, 'events.parquet'));
    const cpuMicros = used.user + used.system;
    return { rows, appendMs: appended - started, sealMs: sealed - appended, cpuMicros, bytes: size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two thirds stats and failed opens over 5 000 paths, as an import storm makes them; one in 400 starts a program. */
async function* makeEvents(wanted: number): AsyncGenerator<readonly Event[]> {
  for (let from = 0; from < wanted; from += batchSize) {
    yield Array.from({ length: Math.min(batchSize, wanted - from) }, (_, index) => makeEvent(from + index));
  }
}

function makeEvent(seq: number): Event {
  const [at_ns, proc, pid] = [seq * 37_000, seq % 19, 1000 + (seq % 19)];
  const path = `/usr/lib/python3/dist-packages/package${seq % 5000}/__init__.py`;
  const [source_offset, source_length, origin] = [seq * 170, 170, 'kernel' as const];
  const base = { seq, at_ns, dur_ns: 12_000, proc, pid, tid: pid };
  const source = { source_offset, source_length };
  if (seq % 400 === 0) {
    const argv = ['gcc', '-c', `x${seq}.c`];
    return Object.assign(
      base,
      { kind: 'process.exec' as const, call: 'execve', ok: true, path, argv, origin },
      source,
    );
  }
  if (seq % 4 === 0) {
    const opened = {
      kind: 'file.open' as const,
      call: 'openat',
      ok: true,
      ret: 3,
      path,
      access: 'read' as const,
    };
    return Object.assign(base, opened, { args: 'O_RDONLY|O_CLOEXEC', origin }, source);
  }
  const errno = seq % 3 === 0 ? { ok: false, ret: -1, errno: 'ENOENT' } : { ok: true, ret: 0 };
  return Object.assign(base, { kind: 'file.stat' as const, call: 'newfstatat', path, origin }, errno, source);
}

async function* parseOver(trace: string, wanted: number): AsyncGenerator<readonly Event[]> {
  const file = await readFile(trace);
  const bytes = trace.endsWith('.gz') ? gunzipSync(file) : file;
  let [seq, proc, given] = [0, 0, 0];
  const numbering = {
    nextSeq: () => {
      seq += 1;
      return seq;
    },
    nextProc: () => {
      proc += 1;
      return proc;
    },
  };
  while (given < wanted) {
    const parser = strace.createParser({ numbering });
    for (let from = 0; from < bytes.length; from += 65_536) {
      const items = parser.push(bytes.subarray(from, from + 65_536));
      const events = items.filter(item => item.kind !== 'diagnostic');
      given += events.length;
      yield events;
    }
  }
}

function report(measured: readonly Round[]): void {
  for (const { rows, appendMs, sealMs, cpuMicros, bytes } of measured) {
    const figures = [
      `${rows} rows`,
      `append ${rate(rows, appendMs)} rows/s`,
      `append and seal ${rate(rows, appendMs + sealMs)} rows/s`,
      `processor ${(cpuMicros / rows).toFixed(2)} us/row`,
      `${(bytes / rows).toFixed(1)} bytes/row in Parquet`,
    ];
    console.log(figures.join(', '));
  }
  console.log(`best append ${best(measured, ({ rows, appendMs }) => rate(rows, appendMs))} rows/s`);
  console.log(
    `best append and seal ${best(measured, one => rate(one.rows, one.appendMs + one.sealMs))} rows/s`,
  );
  console.log(`peak memory of all rounds ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}

function best(measured: readonly Round[], figure: (round: Round) => number): number {
  return Math.max(...measured.map(figure));
}

function rate(rows: number, milliseconds: number): number {
  return Math.round((rows / milliseconds) * 1000);
}
