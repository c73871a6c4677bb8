/**
 * Events to Parquet: rows a second and peak memory. With a strace text, what its parser gives is stored instead of
 * made-up events, over and over until the count is reached.
 *
 *   npx tsx bench/store.ts [events] [trace]
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../src/model/event.ts';
import { createRunWriter } from '../src/store/run-writer.ts';
import { sampleRun } from '../test/store/sample.ts';

const batchSize = 2_000;

const [count = '1000000', trace] = process.argv.slice(2);
await measure(
  Number(count),
  trace === undefined ? makeEvents(Number(count)) : parseOver(trace, Number(count)),
);

async function measure(wanted: number, batches: AsyncIterable<readonly Event[]>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'buildhaus-bench-'));
  try {
    await using writer = await createRunWriter({ folder, run: 'bench' });
    const started = performance.now();
    let stored = 0;
    for await (const batch of batches) {
      await writer.appendEvents('install', 'install', batch);
      stored += batch.length;
    }
    const appended = performance.now();
    const { folder: bundle } = await writer.seal(sampleRun('bench'));
    const sealed = performance.now();
    const { size } = await stat(join(bundle, 'events.parquet'));
    report({
      events: `${stored} of ${wanted}`,
      append: `${rate(stored, appended - started)} rows/s`,
      'append and seal': `${rate(stored, sealed - started)} rows/s`,
      seal: `${Math.round(sealed - appended)} ms`,
      'events.parquet': `${(size / stored).toFixed(1)} bytes/row`,
      processor: `${((process.cpuUsage().user + process.cpuUsage().system) / stored).toFixed(1)} us/row`,
      'peak memory': `${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
    });
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
  const { strace } = await import('../src/tracers/strace/index.ts');
  const bytes = await readFile(trace);
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

function rate(rows: number, milliseconds: number): number {
  return Math.round((rows / milliseconds) * 1000);
}

function report(figures: Readonly<Record<string, string>>): void {
  for (const [name, figure] of Object.entries(figures)) console.log(`${name.padEnd(16)} ${figure}`);
}
