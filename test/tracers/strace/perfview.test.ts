import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { isMissing, readData, readZipped } from '../../helpers/data/shared-data.ts';
import { parseTrace } from '../parse.ts';

const folder = 'strace/perfview';

/** PerfView reads the same logs on its own: microsoft/perfview, TraceEvent.Tests/inputs/strace. */
describe.skipIf(isMissing(folder))("PerfView's reading of a trace is ours", () => {
  test.each(['ls', 'dotnet-info'])('of %s: the same calls, arguments, returns and durations', name => {
    const mine = ours(name);
    const golden = theirs(name).map((call, index) => ({
      ...call,
      args: mine[index]?.args === undefined ? undefined : call.args,
    }));
    expect(mine.length).toBe(golden.length);
    expect(mine).toEqual(golden);
  });

  test.each([
    ['ls', []],
    [
      'dotnet-info',
      [
        'access /home/brianrob/strace/opt/coreservicing', // relative to the folder that getcwd told
        'statfs /dev/shm', // with a slash behind it
        'access /home/brianrob/strace/opt/corebreadcrumbs', // relative
      ],
    ],
  ])('of %s: what calls name stands in their arguments, or in those that opened it', (name, others) => {
    const opened = new Map<string, string>();
    const golden = theirs(name);
    const unnamed = calls(name).flatMap((event, index) => {
      const { args = '', returned = '' } = golden[index] ?? {};
      const fd = descriptorIn(args);
      if (event.call === 'openat') opened.set(returned, args);
      if (event.call === 'bind') opened.set(fd ?? '', args);
      const source = fd === undefined ? '' : (opened.get(fd) ?? '');
      if (args.includes('F_DUPFD_CLOEXEC')) opened.set(returned, source);
      const said = `${args} ${source}`;
      return textsOf(event, args).flatMap(text => (said.includes(text.quoted) ? [] : [text.named]));
    });
    expect(unnamed).toEqual(others);
  });
});

/** The descriptor that a call is about. */
function descriptorIn(args: string): string | undefined {
  const [, first, mapped] = /^(\d+), |, MAP_[A-Z_|]+, (\d+), /.exec(args) ?? [];
  return first ?? mapped;
}

/** What an event of ours has of its call's arguments; one without a path has the one that they begin with. */
function textsOf(event: Event, args: string): readonly { readonly quoted: string; readonly named: string }[] {
  if (event.kind === 'raw') return [];
  const paths = [event.path, 'path2' in event ? event.path2 : undefined].filter(path => path !== undefined);
  const isMissed = paths.length === 0 && /^(?:AT_FDCWD, )?"\//.test(args);
  const words = 'argv' in event ? (event.argv ?? []) : [];
  const quoted = [...paths, ...words, ...(isMissed ? ['no path'] : [])].map(text => `"${text}"`);
  return [...quoted, event.args ?? ''].map(text => ({
    quoted: text,
    named: `${event.call} ${text.replace(/^"|"$/g, '')}`,
  }));
}

interface ReadCall {
  readonly name: string;
  /** Whole in raw events only. */
  readonly args: string | undefined;
  readonly returned: string;
  readonly durationUs: number;
}

function ours(name: string): readonly ReadCall[] {
  return calls(name).map(event => ({
    name: event.call ?? '',
    args: event.kind === 'raw' ? (event.args ?? '') : undefined,
    returned: String(event.errno ?? event.ret ?? ''),
    durationUs: (event.dur_ns ?? 0) / 1000,
  }));
}

function calls(name: string): readonly Event[] {
  const items = parseTrace(strace, readZipped(readData(folder, `${name}.strace.zip`), '.strace'));
  return items.flatMap(item => {
    const isCall = item.kind !== 'diagnostic' && item.call !== undefined;
    // PerfView leaves out the one call that never returns.
    return !isCall || item.kind === 'process.exit' ? [] : [item];
  });
}

/** A sample is a stack of frames, from the call down to what it returned. */
function theirs(name: string): readonly ReadCall[] {
  const xml = Buffer.from(readData(folder, `${name}.strace.perfview.xml`)).toString('utf8');
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
