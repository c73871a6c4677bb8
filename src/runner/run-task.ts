import { clip } from '../base/clip.ts';
import { messageOf } from '../base/message-of.ts';
import type { TaskLimits, TracedCommand } from '../model/evidence.ts';
import type { PackageIndex, Session } from '../model/ports.ts';
import type { TaskResult, TaskStatus } from '../model/task.ts';
import type { Watched } from './disk/disk-watch.ts';
import type { Facts, Task } from './task.ts';
import type { RecorderContext } from './task-recorder.ts';
import { TaskRecorder } from './task-recorder.ts';
import type { Flaw } from './verdict.ts';

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

/** Longest story of an index that failed: it may quote what the guest asked for. */
export const maxIndexFailure = 500;

/** The index, and how it failed first: the guest, who is only told that it did, tells nobody why. */
function watchIndex(index: PackageIndex | null) {
  let failure: string | undefined;
  const ask: PackageIndex | null =
    index === null
      ? null
      : request =>
          index(request).catch((error: unknown) => {
            failure ??= clip(messageOf(error), maxIndexFailure);
            throw error;
          });
  return { index: ask, failure: () => failure };
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

function commandFor(
  task: Task,
  how: {
    readonly facts: Facts;
    readonly limits: TaskLimits;
    readonly tty: boolean;
    readonly indexUrl: string | null;
  },
): TracedCommand {
  const { facts, limits, tty, indexUrl } = how;
  return {
    task: task.name,
    phase: task.phase,
    argv: task.argv(facts),
    cwd: facts.home,
    env: {
      ...environmentFor(facts, indexUrl),
      ...(task.codes === 'probe' ? probeEnvironmentFor(facts, limits) : {}),
    },
    user: 'user',
    network: indexUrl === null ? 'deny' : task.network,
    limits,
    tty,
  };
}

function environmentFor(facts: Facts, indexUrl: string | null): Readonly<Record<string, string>> {
  return {
    ...facts.places.environment,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_NO_CACHE_DIR: '1',
    ...(indexUrl === null ? {} : { PIP_INDEX_URL: indexUrl }),
  };
}

/** A probe ends a hanging part of its work before the agent ends the probe, to tell what it was. */
function probeEnvironmentFor(facts: Facts, limits: TaskLimits): Readonly<Record<string, string>> {
  const seconds = Math.max(1, Math.floor((limits.wallMs / 1000) * 0.9));
  return { ...facts.places.probeEnvironment, PROBE_LIMIT: String(seconds) };
}

/** What the user says holds, also where it is more: a suite that takes hours can be given them. */
function limitsFor(task: Task, timeoutMs = task.limits.wallMs): TaskLimits {
  return { ...task.limits, wallMs: timeoutMs };
}

/** `stdout` has the cap `stdout-bytes`. */
function byCap(dropped: TaskRecorder['dropped'] = {}): TaskResult['dropped'] {
  return Object.fromEntries(Object.entries(dropped).map(([stream, bytes]) => [`${stream}-bytes`, bytes]));
}

/** Exit codes of probes, as timeout(1) and automake's tests have them. */
const probeCodes = { notApplicable: 77, timedOut: 124 } as const;

function outcomeOf(task: Task, recorder: TaskRecorder, limits: TaskLimits): readonly [TaskStatus, string] {
  const { exit } = recorder;
  if (exit === undefined) return noOutcome(recorder.lost ?? 'the command never ended');
  if (exit.timedOut) return ['timed-out', `took longer than ${Math.round(limits.wallMs / 1000)} s`];
  if (exit.signal !== null)
    return recorder.lost === undefined ? ['failed', `ended by ${exit.signal}`] : noOutcome(recorder.lost);
  if (exit.code === 0) return ['passed', recorder.reason ?? 'ended with exit code 0'];
  const reason = recorder.reason ?? `ended with exit code ${exit.code}`;
  if (task.codes === 'probe' && exit.code === probeCodes.notApplicable) return ['not-applicable', reason];
  if (task.codes === 'probe' && exit.code === probeCodes.timedOut) return ['timed-out', reason];
  return ['failed', reason];
}

function noOutcome(sentence: string): readonly [TaskStatus, string] {
  return ['error', sentence];
}

function flawsOf(result: TaskResult, recorder: TaskRecorder): readonly Flaw[] {
  const flaws: Flaw[] = [];
  const { name } = result;
  if (recorder.lost !== undefined) {
    flaws.push({ kind: 'incomplete', sentence: `evidence of ${name} was lost: ${recorder.lost}` });
  }
  if (recorder.missing > 0) {
    flaws.push({
      kind: 'incomplete',
      sentence: `the tracer lost events of ${name} ${recorder.missing} times`,
    });
  }
  if (recorder.unread > 0) {
    flaws.push({
      kind: 'incomplete',
      sentence: `${recorder.unread} pieces of the trace of ${name} could not be read`,
    });
  }
  if (recorder.sensor?.state === 'differs') {
    flaws.push({
      kind: 'incomplete',
      sentence: `the trace of ${name} is not what the kernel counted: ${recorder.sensor.differences.join('; ')}`,
    });
  }
  if (recorder.lost === undefined && recorder.exit !== undefined && recorder.traced === 0) {
    // Even `python -c pass` makes hundreds of calls: none means that the tracer did not watch.
    flaws.push({ kind: 'incomplete', sentence: `${name} ran, but nothing of it was traced` });
  }
  if (result.status === 'timed-out') {
    flaws.push({ kind: 'timed-out', sentence: `${name} was ended after its time limit` });
  }
  if (result.caps.length > 0) flaws.push(capFlaw(name, result.caps));
  return flaws;
}

/** Named limits that a task reached, as what they do to the evidence. */
export function capFlaw(task: string, caps: readonly string[]): Flaw {
  return { kind: 'truncated', sentence: `${task} reached a limit: ${caps.join(', ')}` };
}
