/**
 * How fast Windows' trace files are read on one core: `npm run bench:etw [-- FILE.etl...]`. Without a file it takes the
 * largest recorded one, where recorded files are (BUILDHAUS_DATA). Four depths: records only; records with their names;
 * all fields of all records too; and events of the common model.
 *
 * A round reads the file once for each depth, in turn, so that all depths see the same machine. Rates are by this
 * process' processor time; the best round is what the code takes, the median says how busy the machine was.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { EtlReader, type EtwItem } from '../src/tracers/etw/etl-reader.ts';
import { EventDecoder } from '../src/tracers/etw/event-decoder.ts';
import { etw } from '../src/tracers/etw/index.ts';
import { readData, readZipped } from '../test/helpers/data/shared-data.ts';

/** Of a compressed trace this is as much as a file's usual 64 KiB are of one that is not. */
const CHUNK_BYTES = 16_384;
/** How often a trace's buffers are repeated: in ten seconds of trace most of them are still held at the end. */
const TIMES = 4;
const ROUNDS = 7;
/** Rounds before the code is compiled are not counted. */
const WARM_UP = 1;

const files = process.argv.slice(2);
if (files.length === 0) {
  const zip = readData('etw/perfview/net.4.5.2.x64.etl.zip');
  report('net.4.5.2.x64.etl', repeat(readZipped(zip, '.etl')));
}
for (const file of files) report(path.basename(file), repeat(readFileSync(file)));

/** Reads the trace once, to a depth, and says how many records or events there were. */
type Depth = readonly [name: string, read: (trace: Uint8Array) => number];

function report(name: string, trace: Uint8Array): void {
  const depths: readonly Depth[] = [
    ['records', readRecords],
    ['names', readNames],
    ['fields', readFields],
    ['events of the common model', readEvents],
  ];
  const records = readRecords(trace);
  console.log(`${name}: ${records} records in ${trace.length} bytes, load ${loadavg()[0]?.toFixed(1)}`);
  const rates = new Map<string, number[]>(depths.map(([depth]) => [depth, []]));
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [depth, read] of depths) {
      const cpu = process.cpuUsage();
      read(trace);
      const { user, system } = process.cpuUsage(cpu);
      if (round >= 0) rates.get(depth)?.push((records * 1e6) / (user + system));
    }
  }
  for (const [depth, each] of rates) {
    const sorted = each.toSorted((one, other) => other - one);
    const [best = 0, median = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
    console.log(`  ${depth.padEnd(27)} best ${inThousands(best)}, median ${inThousands(median)} records/s`);
  }
}

/** The first buffer is the session's header. */
function repeat(trace: Uint8Array): Uint8Array {
  const headerBytes = new DataView(trace.buffer, trace.byteOffset).getUint32(0, true);
  const buffers = trace.subarray(headerBytes);
  return Buffer.concat([trace.subarray(0, headerBytes), ...Array<Uint8Array>(TIMES).fill(buffers)]);
}

function inThousands(rate: number): string {
  return `${Math.round(rate / 1000)} 000`;
}

function readAll(trace: Uint8Array, visit: (item: EtwItem) => void): void {
  const reader = new EtlReader(visit);
  for (let at = 0; at < trace.length; at += CHUNK_BYTES) reader.push(trace.subarray(at, at + CHUNK_BYTES));
  reader.end();
}

function readRecords(trace: Uint8Array): number {
  let records = 0;
  readAll(trace, item => {
    if (item.kind === 'record') records += 1;
  });
  return records;
}

function readNames(trace: Uint8Array): number {
  const decoder = new EventDecoder();
  let named = 0;
  readAll(trace, item => {
    if (item.kind === 'record' && decoder.decode(item).event !== undefined) named += 1;
  });
  return named;
}

function readFields(trace: Uint8Array): number {
  const decoder = new EventDecoder();
  let fields = 0;
  readAll(trace, item => {
    if (item.kind === 'record') fields += decoder.decode(item).fields.size;
  });
  return fields;
}

function readEvents(trace: Uint8Array): number {
  let [seq, proc, events] = [0, 0, 0];
  const parser = etw.createParser({ numbering: { nextSeq: () => seq++, nextProc: () => proc++ } });
  for (let at = 0; at < trace.length; at += CHUNK_BYTES) {
    events += parser.push(trace.subarray(at, at + CHUNK_BYTES)).length;
  }
  return events + parser.end().length;
}
