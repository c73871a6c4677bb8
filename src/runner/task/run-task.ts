import { messageOf } from '../../base/message-of.ts';
import type { TaskLimits, TracedCommand } from '../../model/evidence.ts';
import type { PackageIndex, Session } from '../../model/ports.ts';
import type { TaskResult, TaskStatus } from '../../model/task.ts';
import type { Watched } from '../disk/disk-watch.ts';
import type { Facts, Task } from '../task.ts';
import type { Flaw } from '../verdict.ts';
import { watchIndex } from './index-watch.ts';
import { commandFor, limitsFor } from './task-command.ts';
import { flawsOf, noOutcome, outcomeOf } from './task-outcome.ts';
import type { RecorderContext } from './task-recorder.ts';
import { TaskRecorder } from './task-recorder.ts';

/** Milliseconds since 1970, by the host. */
export interface Clock {
  readonly nowMs: () => number;
}

/** What one task needs from its run. */
export interface TaskContext extends RecorderContext {
  readonly session: Session;
  readonly index: PackageIndex | null;
  readonly facts: Facts;
  readonly clock: Clock;
  /** The host's clock when the run started. */
  readonly startedMs: number;
  /** The wall time that each task may take, when the user says so; else its own. */
  readonly timeoutMs: number | undefined;
  readonly tty: boolean;
  readonly signal: AbortSignal;
}

/** How a task ended, for the run. */
export interface TaskEnd {
  readonly result: TaskResult;
  readonly flaws: readonly Flaw[];
  /** Nobody said how the command ended. */
  readonly isUnended: boolean;
  /** Times that evidence was lost, by the tracer's own word or on its way. */
  readonly lost: number;
  readonly watched: Watched;
  readonly hasIndexFailed: boolean;
  /** What a probe read as the package's name and version. A hint. */
  readonly package: { readonly name: string; readonly version: string } | undefined;
}

/** Runs one task in the session to its end, whatever that is; throws only when the signal is aborted. */
export async function runTask(task: Task, context: TaskContext): Promise<TaskEnd> {
  const startedMs = context.clock.nowMs();
  const limits = limitsFor(task, context.timeoutMs);
  const recorder = new TaskRecorder(task, context.facts.home, context);
  const indexWatch = watchIndex(context.index);
  const trouble = await record(task, limits, recorder, { ...context, index: indexWatch.index });
  context.signal.throwIfAborted();
  await recorder.finish();
  const [status, outcome] = trouble === undefined ? outcomeOf(task, recorder, limits) : noOutcome(trouble);
  const failure = indexWatch.failure();
  const reason = failure === undefined ? outcome : `${outcome}; the index failed: ${failure}`;
  const { exit, hello } = recorder;
  const nowMs = context.clock.nowMs();
  const result: TaskResult = {
    ...unrunTask(task, status, reason),
    started_ns:
      hello === undefined
        ? (startedMs - context.startedMs) * 1e6
        : context.timeline.sinceStart(hello.startedUnixNs),
    duration_ms: exit?.durationMs ?? nowMs - startedMs,
    exit_code: exit?.code ?? null,
    signal: exit?.signal ?? null,
    stdout_tail: recorder.stdout.toString(),
    stderr_tail: recorder.stderr.toString(),
    events: recorder.events,
    collapsed: recorder.collapsed,
    diagnostics: recorder.diagnostics,
    caps: recorder.caps,
    dropped: byCap(recorder.dropped),
    tests: recorder.tests,
    survivors: recorder.survivors,
    sensor: recorder.sensor ?? null,
  };
  const lost = recorder.missing + (recorder.lost === undefined ? 0 : 1);
  return {
    result,
    flaws: flawsOf(result, recorder),
    isUnended: trouble === undefined && exit === undefined,
    lost,
    watched: {
      startedNs: hello === undefined ? undefined : result.started_ns,
      endedNs: result.started_ns + result.duration_ms * 1e6,
      isTraceWhole: lost === 0 && recorder.unread === 0 && recorder.traced > 0 && !recorder.isTraceCut,
    },
    hasIndexFailed: failure !== undefined,
    package: recorder.package,
  };
}

/** The result of a task that has no evidence: it was skipped, had nothing to do, or was not reached. */
export function unrunTask(
  task: Pick<Task, 'name' | 'phase'>,
  status: TaskStatus,
  reason: string,
): TaskResult {
  return {
    name: task.name,
    phase: task.phase,
    status,
    reason,
    started_ns: 0,
    duration_ms: 0,
    exit_code: null,
    signal: null,
    stdout_tail: '',
    stderr_tail: '',
    events: 0,
    collapsed: 0,
    diagnostics: 0,
    caps: [],
    dropped: {},
    tests: null,
    survivors: [],
    leftovers: [],
    sensor: null,
  };
}

/** Records the command's frames; gives the sentence of what kept it from being started at all. */
async function record(
  task: Task,
  limits: TaskLimits,
  recorder: TaskRecorder,
  context: TaskContext,
): Promise<string | undefined> {
  if (task.network !== 'index' || context.index === null) {
    const command = commandFor(task, { ...context, limits, indexUrl: null });
    await drain(command, recorder, context);
    return undefined;
  }
  const serving = await serve(context.session, context.index, context.signal);
  if ('trouble' in serving) return serving.trouble;
  // Disposed before this returns: no other task ever sees an index.
  await using served = serving.served;
  await drain(commandFor(task, { ...context, limits, indexUrl: served.url }), recorder, context);
  return undefined;
}

type Served = Awaited<ReturnType<Session['serveIndex']>>;

async function serve(
  session: Session,
  index: PackageIndex,
  signal: AbortSignal,
): Promise<{ readonly served: Served } | { readonly trouble: string }> {
  try {
    return { served: await session.serveIndex(index, signal) };
  } catch (cause) {
    return { trouble: `the package index could not be shown to the machine: ${messageOf(cause)}` };
  }
}

async function drain(command: TracedCommand, recorder: TaskRecorder, context: TaskContext): Promise<void> {
  for await (const frame of context.session.run(command, context.signal)) await recorder.take(frame);
}

/** `stdout` has the cap `stdout-bytes`. */
function byCap(dropped: TaskRecorder['dropped'] = {}): TaskResult['dropped'] {
  return Object.fromEntries(Object.entries(dropped).map(([stream, bytes]) => [`${stream}-bytes`, bytes]));
}
