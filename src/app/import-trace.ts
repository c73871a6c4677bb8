import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Event } from '../model/event.ts';
import type { Progress, RunWriter } from '../model/ports.ts';
import type { Machine, PlatformId, Run } from '../model/run.ts';
import { step } from '../model/step.ts';
import type { Phase } from '../model/task.ts';
import type { Diagnostic } from '../model/trace.ts';
import { createNumbering, type RunNumbering } from '../runner/numbering.ts';
import { RepeatCounter } from '../runner/repeats/repeat-counter.ts';
import { unrunTask } from '../runner/task/run-task.ts';
import { capFlaw, type Flaw, ruleFlaw, verdictOf } from '../runner/verdict.ts';
import { readStartTime } from '../sandbox/host/process-start-time.ts';
import { createRunWriter } from '../store/run-writer.ts';
import { readActivity } from './activity.ts';
import { openTrace, parseTrace, type RecordedTrace } from './parse-trace.ts';
import { loadRules, toRuleSet } from './rules.ts';
import { newRunId } from './run-id.ts';

/** A recorded trace to make a run of. */
export interface ImportRequest {
  readonly file: string;
  readonly tracer: string;
  readonly platform: PlatformId;
  /** The phase that the trace shows, for rules that ask. */
  readonly phase: Phase;
  readonly ruleFolders: readonly string[];
  readonly runsFolder: string;
  readonly buildhaus: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The one task of an imported run. */
export const taskName = 'trace';

/** Makes a sealed run of a trace that was recorded elsewhere: its events, its raw bytes, and what the rules say. */
export async function importTrace(request: ImportRequest): Promise<Run> {
  const startedAt = new Date();
  const run = newRunId(startedAt);
  const rules = toRuleSet(await loadRules(request.ruleFolders), { run });
  const place = { folder: request.runsFolder, run, startTime: await readStartTime(process.pid) };
  await using writer = await createRunWriter(place, { signal: request.signal });
  const numbering = createNumbering();
  const read = await step(
    request,
    `reading ${request.file}`,
    async () => {
      const trace = await openTrace(request.file, request.tracer, request.signal);
      return { ...(await readTrace({ ...request, trace }, writer, numbering)), tracer: trace.tracer.name };
    },
    ({ events, diagnostics }) => `${events} events, ${diagnostics} diagnostics`,
  );
  const { findings, unanswered } = await rules.evaluate(writer.query);
  const answered = rules.count - unanswered.length;
  const task = { name: taskName, phase: request.phase };
  const tasks = [
    {
      ...unrunTask(task, 'not-applicable', 'a recorded trace: nothing was run here'),
      duration_ms: Date.now() - startedAt.getTime(),
      events: read.events,
      collapsed: read.collapsed,
      diagnostics: read.diagnostics,
      caps: read.caps,
    },
  ];
  const record: Run = {
    schema_version: 1,
    run,
    buildhaus: request.buildhaus,
    package: {
      kind: 'trace',
      file: path.basename(request.file),
      name: null,
      version: null,
      sha256: read.sha256,
      bytes: read.bytes,
    },
    machine: noMachine(request.platform),
    recipe: 'import',
    tracer: read.tracer,
    started_at: startedAt.toISOString(),
    duration_ms: Date.now() - startedAt.getTime(),
    tasks,
    findings,
    activity: await readActivity(writer.query),
    counts: {
      events: read.events,
      collapsed: read.collapsed,
      diagnostics: read.diagnostics,
      processes: numbering.processes(),
      rules: answered,
      lost: read.lost,
    },
    verdict: verdictOf({
      tasks,
      findings,
      flaws: [...flawsOf(read), ...unanswered.map(ruleFlaw)],
      rules: answered,
      hasIndexFailed: false,
    }),
  };
  const sealed = await writer.seal(record);
  request.progress.note(`kept in ${sealed.folder}`);
  return record;
}

interface ReadTrace {
  readonly events: number;
  readonly collapsed: number;
  readonly caps: readonly string[];
  readonly diagnostics: number;
  readonly lost: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Reads a trace into a run: its raw bytes, and what its tracer's parser makes of them. */
export async function readTrace(
  request: { readonly trace: RecordedTrace; readonly phase: Phase; readonly progress: Progress },
  writer: RunWriter,
  numbering: RunNumbering,
): Promise<ReadTrace> {
  const { phase, trace } = request;
  const counts = { events: 0, diagnostics: 0, lost: 0, bytes: 0 };
  const hash = createHash('sha256');
  const chunks = (async function* () {
    for await (const chunk of trace.chunks) {
      counts.bytes += chunk.length;
      hash.update(chunk);
      await writer.writeRaw(taskName, 'trace', chunk);
      yield chunk;
    }
  })();
  const options = { numbering, caps: new Set<string>(), repeats: new RepeatCounter() };
  for await (const items of parseTrace({ ...trace, chunks }, options)) {
    const events: Event[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const item of items) {
      if (item.kind === 'diagnostic') diagnostics.push(item);
      else events.push(item);
    }
    await writer.appendEvents(taskName, phase, events);
    await writer.appendDiagnostics(taskName, phase, diagnostics);
    counts.events += events.length;
    counts.diagnostics += diagnostics.length;
    counts.lost += events.filter(event => event.kind === 'meta.lost').length;
    request.progress.note(`${counts.events} events`);
  }
  const { collapsed } = options.repeats;
  const caps = [...options.caps, ...options.repeats.caps, ...writer.caps];
  return { ...counts, collapsed, caps, sha256: hash.digest('hex') };
}

function noMachine(platform: PlatformId): Machine {
  return {
    backend: 'none',
    platform,
    image: '',
    accelerator: 'none',
    boundary: 'weak',
    hostname: '',
    user: '',
    home: '/home',
  };
}

/** Nobody vouches that a foreign trace is whole: there is no trailer to compare it with. */
function flawsOf(read: ReadTrace): readonly Flaw[] {
  const sentence =
    read.lost > 0
      ? `the trace says itself that it lost something, ${read.lost} times`
      : 'a recorded trace carries no counts or hashes that show it is whole';
  return [
    { kind: 'incomplete', sentence },
    ...(read.caps.length === 0 ? [] : [capFlaw(`the ${taskName}`, read.caps)]),
  ];
}
