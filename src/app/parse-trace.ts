import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { UserError } from '../base/user-error.ts';
import { capOf, type Numbering, type TraceItem, type Tracer } from '../model/trace.ts';
import { createNumbering } from '../runner/numbering.ts';
import { RepeatCounter } from '../runner/repeats/repeat-counter.ts';
import { sniffTracer, tracers } from '../tracers/registry.ts';

/** How much of a file a tracer may look at before it says whether it is its own. */
const headBytes = 64 * 1024;

/** A recorded trace: where its bytes come from and who can read them. */
export interface RecordedTrace {
  readonly tracer: Tracer;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A recorded trace to give as events. */
export interface ParseRequest {
  readonly file: string;
  readonly tracer: string;
  /** Whether repeated calls are given one by one, not counted together. */
  readonly everyCall: boolean;
  readonly signal: AbortSignal;
}

/** What a trace came to. */
export interface ParsedTrace {
  readonly events: number;
  readonly diagnostics: number;
  /** Events that are counted in the `times` of others. */
  readonly collapsed: number;
  /** Named limits that were reached. */
  readonly caps: readonly string[];
}

/** Gives all items of a recorded trace, batch by batch, and says what they came to. */
export async function parseFile(
  request: ParseRequest,
  take: (items: readonly TraceItem[]) => Promise<void>,
): Promise<ParsedTrace> {
  const trace = await openTrace(request.file, request.tracer, request.signal);
  const repeats = new RepeatCounter();
  const counts = { events: 0, diagnostics: 0 };
  const options = { numbering: createNumbering(), caps: new Set<string>() };
  for await (const items of parseTrace(trace, request.everyCall ? options : { ...options, repeats })) {
    for (const item of items) counts[item.kind === 'diagnostic' ? 'diagnostics' : 'events'] += 1;
    await take(items);
  }
  return { ...counts, collapsed: repeats.collapsed, caps: [...options.caps, ...repeats.caps] };
}

/** Opens a recorded trace, `-` for standard input; `auto` asks every tracer whether the file is its own. */
export async function openTrace(
  file: string,
  tracerName: string,
  signal: AbortSignal,
): Promise<RecordedTrace> {
  const stream: Readable = file === '-' ? process.stdin : createReadStream(file, { signal });
  return openChunks(stream, file, tracerName);
}

/** The same of bytes that come from elsewhere; `file` names them in errors. */
export async function openChunks(stream: Readable, file: string, tracerName: string): Promise<RecordedTrace> {
  const chunks = stream[Symbol.asyncIterator]();
  const first = await chunks.next().catch((cause: unknown) => {
    throw new UserError(`${file}: cannot read that file`, {
      cause,
      help: 'give the file of a recorded trace',
    });
  });
  const head: Uint8Array = first.done === true ? new Uint8Array() : first.value;
  const tracer = chooseTracer(tracerName, head.subarray(0, headBytes));
  if (tracer === undefined) {
    stream.destroy();
    throw noTracer(file, tracerName);
  }
  return {
    tracer,
    chunks: (async function* () {
      if (first.done !== true) yield head;
      for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) yield chunk;
    })(),
  };
}

/** What one parse of a trace needs, and what it fills. */
export interface ParseOptions {
  readonly numbering: Numbering;
  /** Gets the caps that the parser reached. */
  readonly caps: Set<string>;
  /** Counts events that say the same together; without it all are given. */
  readonly repeats?: RepeatCounter;
}

/** Parses a recorded trace, batch by batch. */
export async function* parseTrace(
  trace: RecordedTrace,
  { numbering, caps, repeats }: ParseOptions,
): AsyncGenerator<readonly TraceItem[]> {
  const parser = trace.tracer.createParser({ numbering });
  for await (const chunk of trace.chunks) yield keep(parser.push(chunk));
  yield keep(parser.end());
  if (repeats !== undefined) yield repeats.end();

  function keep(items: readonly TraceItem[]): readonly TraceItem[] {
    for (const item of items) {
      const cap = item.kind === 'diagnostic' ? capOf(item) : undefined;
      if (cap !== undefined) caps.add(cap);
    }
    return repeats === undefined ? items : repeats.push(items);
  }
}

function chooseTracer(name: string, head: Uint8Array): Tracer | undefined {
  return name === 'auto' ? sniffTracer(head) : tracers.find(candidate => candidate.name === name);
}

function noTracer(file: string, name: string): UserError {
  const known = tracers.map(tracer => tracer.name).join(', ');
  return new UserError(
    name === 'auto' ? `${file}: no tracer knows this format` : `there is no reader for ${name} traces yet`,
    { kind: name === 'auto' ? 'input' : 'usage', help: `--tracer takes ${known}` },
  );
}
