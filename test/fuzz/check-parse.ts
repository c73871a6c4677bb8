import { eventKinds } from '../../src/model/event.ts';
import type { TraceItem, Tracer } from '../../src/model/trace.ts';
import { RepeatCounter } from '../../src/runner/repeats/repeat-counter.ts';
import { parseTrace } from '../tracers/parse.ts';

/** Of the processor's time: a million bytes a second is forty times slower than what the parser does; and a start. */
const MS_PER_BYTE = 0.001;
const MS_TO_START = 1500;
const kinds: ReadonlySet<string> = new Set(eventKinds);

/** Says what is wrong with how a trace is parsed, or undefined: what must hold for any bytes. */
export function checkParse(tracer: Tracer, trace: Uint8Array, chunkBytes: number): string | undefined {
  try {
    const before = process.cpuUsage();
    const items = parseTrace(tracer, trace);
    const { user, system } = process.cpuUsage(before);
    const took = (user + system) / 1000;
    if (took > MS_TO_START + trace.length * MS_PER_BYTE) return `took ${Math.round(took)} ms`;
    tracer.sniff(trace);
    return (
      wrongItem(items, trace.length) ??
      wrongSplit(items, parseTrace(tracer, trace, { chunkBytes })) ??
      wrongCount(items)
    );
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
}

function wrongItem(items: readonly TraceItem[], length: number): string | undefined {
  const seqs = new Set<number>();
  for (const item of items) {
    const { source_offset: offset = 0, source_length: size = 0 } = item;
    if (offset < 0 || size < 0 || offset + size > length) return `stands outside: ${JSON.stringify(item)}`;
    if (item.kind === 'diagnostic') continue;
    const isKnown = kinds.has(item.kind) && item.call !== '';
    const isWhole = [item.seq, item.at_ns, item.proc, item.pid, item.tid, item.ret ?? 0].every(
      Number.isSafeInteger,
    );
    if (!isKnown || !isWhole || seqs.has(item.seq)) return `is no event: ${JSON.stringify(item)}`;
    seqs.add(item.seq);
  }
  return undefined;
}

function wrongSplit(whole: readonly TraceItem[], split: readonly TraceItem[]): string | undefined {
  const [one, other] = [whole, split].map(items => items.map(item => JSON.stringify(item)));
  const at = one?.findIndex((item, index) => item !== other?.[index]) ?? -1;
  if (at < 0 && one?.length === other?.length) return undefined;
  return `differs when it is split: ${one?.[at]} is ${other?.[at]}`;
}

function wrongCount(items: readonly TraceItem[]): string | undefined {
  const counter = new RepeatCounter({ keptOfEach: 2, cheapEvents: 20, identities: 5 });
  const stored = [...counter.push(items), ...counter.end()];
  const counted = stored.reduce((sum, item) => sum + (item.kind === 'diagnostic' ? 1 : (item.times ?? 1)), 0);
  return counted === items.length ? undefined : `${items.length} items were counted as ${counted}`;
}
