import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { strace } from '../../../src/tracers/strace/index.ts';
import { parseTrace } from '../parse.ts';

const data = process.env['BUILDHAUS_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');
const folder = join(data, 'strace/perfview');
const why = existsSync(folder) ? '' : ` (skipped: no ${folder}; set BUILDHAUS_DATA)`;

/** PerfView reads the same logs on its own: microsoft/perfview, TraceEvent.Tests/inputs/strace. */
describe.skipIf(why !== '')(`PerfView's reading of a trace is ours${why}`, () => {
  test.each(['ls', 'dotnet-info'])('of %s: the same calls, arguments, returns and durations', name => {
    const mine = ours(name);
    const golden = theirs(name).map((call, index) => ({
      ...call,
      args: mine[index]?.args === undefined ? undefined : call.args,
    }));
    expect(mine.length).toBe(golden.length);
    expect(mine).toEqual(golden);
  });
});

interface ReadCall {
  readonly name: string;
  /** All of them stand in raw events only. */
  readonly args: string | undefined;
  readonly returned: string;
  readonly durationUs: number;
}

function ours(name: string): readonly ReadCall[] {
  const events = parseTrace(strace, unzipFirst(readFileSync(join(folder, `${name}.strace.zip`))));
  return events.flatMap(event => {
    const isCall = event.kind !== 'diagnostic' && event.call !== undefined;
    // PerfView leaves out the one call that never returns.
    if (!isCall || event.kind === 'process.exit') return [];
    const returned = event.errno ?? event.ret ?? '';
    const args = event.kind === 'raw' ? (event.args ?? '') : undefined;
    return [
      { name: event.call ?? '', args, returned: String(returned), durationUs: (event.dur_ns ?? 0) / 1000 },
    ];
  });
}

/** A sample is a stack of frames, from the call down to what it returned. */
function theirs(name: string): readonly ReadCall[] {
  const xml = readFileSync(join(folder, `${name}.strace.perfview.xml`), 'utf8');
  const frames = [...xml.matchAll(/<Frame ID="\d+">([^<]*)</g)].map(match => decodeXml(match[1] ?? ''));
  const stacks = [...xml.matchAll(/<Stack ID="\d+" CallerID="(-?\d+)" FrameID="(\d+)"/g)].map(match => ({
    caller: Number(match[1]),
    frame: Number(match[2]),
  }));
  return [...xml.matchAll(/StackID="(-?\d+)" Metric="([\d.,]+)"/g)].map(match => {
    const texts: string[] = [];
    for (let at = stacks[Number(match[1])]; at !== undefined; at = stacks[at.caller])
      texts.push(frames[at.frame] ?? '');
    const find = (label: string) => texts.find(text => text.startsWith(label))?.slice(label.length) ?? '';
    return {
      name: find('Syscall: '),
      args: find('Arguments: '),
      returned: normalize(find('Return Code: ')),
      durationUs: Math.round(Number((match[2] ?? '').replace(',', '')) * 1000),
    };
  });
}

/** `-1 ENOENT (No such file)` as its name, `0x55ace26bf000` as a number, `?` as nothing. */
function normalize(returned: string): string {
  const [value = '', errno] = returned.trim().split(' ');
  if (value === '?' || value === '') return '';
  if (value === '-1' && errno !== undefined) return errno;
  return String(Number(value));
}

function decodeXml(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '');
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The first member of an archive: its sizes stand in the central directory at the end. */
function unzipFirst(zip: Buffer): Uint8Array {
  const directory = zip.indexOf(Buffer.from('PK\u0001\u0002'));
  const packed = zip.readUInt32LE(directory + 20);
  const start = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  return inflateRawSync(zip.subarray(start, start + packed));
}
