import type { Progress, RunWriter } from '../../model/ports.ts';
import type { Run } from '../../model/run.ts';
import type { Tracer } from '../../model/trace.ts';
import { createNumbering } from '../../runner/numbering.ts';
import { type RuleSet, runPackage } from '../../runner/run-package.ts';
import { readStartTime } from '../../sandbox/host/process-start-time.ts';
import { readJournal, readRawStream } from '../../store/bundle/raw-reader.ts';
import { type RebuiltTable, rebuildTables } from '../../store/rebuild-tables.ts';
import { tracers } from '../../tracers/registry.ts';
import { readTrace, taskName } from '../import-trace.ts';
import { openChunks } from '../parse-trace.ts';
import { tracerOf } from '../platforms.ts';
import { cannotRebuild } from './cannot-rebuild.ts';
import { type JournalLine, journalLine } from './journal.ts';
import { type ReadRaw, replaySession } from './replay-session.ts';
import { sealedRecipe } from './sealed-recipe.ts';

/**
 * Makes the tables of a run again from its raw evidence, by the parsers of today. Findings and verdict stay what they
 * were when the run was sealed: rules may have changed since, and a verdict has to stay auditable.
 */
export async function rebuildRun(
  runs: string,
  run: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<readonly RebuiltTable[]> {
  const place = { folder: runs, run, startTime: await readStartTime(process.pid) };
  return rebuildTables(place, async (writer, sealed) => {
    if (sealed.package.kind === 'trace') await reimport(runs, sealed, writer, { progress, signal });
    else await replay(runs, sealed, writer, { progress, signal });
  });
}

type Watch = Parameters<typeof rebuildRun>[2];

async function reimport(runs: string, sealed: Run, writer: RunWriter, watch: Watch): Promise<void> {
  const phase = sealed.tasks[0]?.phase ?? 'install';
  const chunks = readRawStream(runs, sealed.run, { task: taskName, stream: 'trace' });
  const trace = await openChunks(chunks, sealed.package.file, sealed.tracer);
  await readTrace({ trace, phase, progress: watch.progress }, writer, createNumbering());
}

async function replay(runs: string, sealed: Run, writer: RunWriter, watch: Watch): Promise<void> {
  const recipe = sealedRecipe(sealed);
  const lines = await readLines(runs, sealed);
  const { session, clock, hasIndex, end } = replaySession(lines, sealed, createRawReader(runs, sealed));
  await runPackage({
    session,
    writer,
    tracer: sealedTracer(sealed),
    rules: noRules,
    package: sealed.package,
    bytes: new Uint8Array(),
    recipe,
    index: hasIndex ? async () => new Response() : null,
    clock,
    buildhaus: sealed.buildhaus,
    ...watch,
  });
  end();
}

/** Runs from before it was kept say `auto`: what watches their platform was all there was. */
function sealedTracer(sealed: Run): Tracer {
  if (sealed.tracer === 'auto') return tracerOf(sealed.machine.platform);
  const own = tracers.find(({ name }) => name === sealed.tracer);
  if (own !== undefined) return own;
  throw cannotRebuild(sealed, `this Buildhaus has no reader for ${sealed.tracer} traces`);
}

/** Findings and verdict are not made again. */
const noRules: RuleSet = { count: 0, evaluate: async () => ({ findings: [], unanswered: [] }) };

async function readLines(runs: string, sealed: Run): Promise<readonly JournalLine[]> {
  const lines: JournalLine[] = [];
  try {
    for await (const line of readJournal(runs, sealed.run)) lines.push(journalLine.parse(JSON.parse(line)));
  } catch (cause) {
    throw cannotRebuild(sealed, 'it has no journal that this Buildhaus can read', cause);
  }
  return lines;
}

/** Cuts the streams into the chunks that they came in. */
function createRawReader(runs: string, sealed: Run): ReadRaw {
  const streams = new Map<string, (length: number) => Promise<Uint8Array>>();
  return (task, stream, length) => {
    const name = `${task}.${stream}`;
    const read = streams.get(name) ?? createCutter(readRawStream(runs, sealed.run, { task, stream }), sealed);
    streams.set(name, read);
    return read(length);
  };
}

function createCutter(
  bytes: AsyncIterable<Uint8Array>,
  sealed: Run,
): (length: number) => Promise<Uint8Array> {
  const chunks = bytes[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  return async length => {
    const parts = [rest];
    let held = rest.length;
    while (held < length) {
      const next = await chunks.next();
      if (next.done === true)
        throw cannotRebuild(sealed, 'its raw evidence is shorter than its journal says');
      parts.push(next.value);
      held += next.value.length;
    }
    const whole = parts.length === 1 ? rest : Buffer.concat(parts);
    rest = whole.subarray(length);
    return whole.subarray(0, length);
  };
}
