import { messageOf } from '../base/message-of.ts';
import { type CapName, CapReached, capsOf } from '../model/caps.ts';
import type { RuleAnswers } from '../model/finding.ts';
import { within } from '../model/places.ts';
import type { PackageIndex, Progress, Query, RunWriter, Session, TreeEntry } from '../model/ports.ts';
import type { PackageIdentity, Run } from '../model/run.ts';
import type { TaskResult } from '../model/task.ts';
import type { Tracer } from '../model/trace.ts';
import { DiskWatch } from './disk/disk-watch.ts';
import { leftoversBetween } from './disk/leftovers.ts';
import { createNumbering } from './numbering.ts';
import type { EndedTask } from './order.ts';
import { blockerOf, endsBadly, orderTasks } from './order.ts';
import type { Recipe } from './recipes.ts';
import type { Clock, TaskContext, TaskEnd } from './task/run-task.ts';
import { runTask, unrunTask } from './task/run-task.ts';
import { batchSize } from './task/task-recorder.ts';
import type { Facts, Task } from './task.ts';
import { Timeline } from './timeline.ts';
import type { Flaw } from './verdict.ts';
import { capFlaw, leftOutFlaw, ruleFlaw, verdictOf } from './verdict.ts';

/** The rules, as the runner knows them. */
export interface RuleSet {
  readonly count: number;
  /** All findings in what was appended so far. Throws only when the store fails or the writer was told to give up. */
  evaluate(query: Query): Promise<RuleAnswers>;
}

/** One package to take through its life in one session. */
export interface RunRequest {
  readonly session: Session;
  readonly writer: RunWriter;
  readonly tracer: Tracer;
  readonly rules: RuleSet;
  readonly package: PackageIdentity;
  /** What is put into the guest. */
  readonly bytes: Uint8Array;
  /** Paths that the user's folder has and `bytes` have not. */
  readonly leftOut?: readonly string[];
  readonly recipe: Recipe;
  /** Shown to the guest during `fetch` only; null for none. */
  readonly index: PackageIndex | null;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Our own version. */
  readonly buildhaus: string;
  readonly timeoutMs?: number;
  readonly tty?: boolean;
  readonly signal: AbortSignal;
}

/** A finished run, and the folder of its bundle. */
export interface SealedRun {
  readonly run: Run;
  readonly folder: string;
}

/**
 * Takes one package through the recipe and seals the bundle. What the guest does never throws: it ends in the
 * run's verdict. Throws when the signal is aborted, the package cannot be put into the machine, or the store fails;
 * then nothing is sealed, and the caller disposes of session and writer, which are its own.
 */
export async function runPackage(request: RunRequest): Promise<SealedRun> {
  const { session, writer, signal } = request;
  await session.put(request.package.file, request.bytes, signal);
  const life = new Life(request);
  for (const task of orderTasks(request.recipe.tasks)) await life.take(task);
  const run = life.finish(await request.rules.evaluate(writer.query));
  const { folder } = await writer.seal(run);
  return { run, folder };
}

/** A run while it goes on: what has ended, what was found, and what is wrong with the evidence. */
class Life {
  readonly #request: RunRequest;
  readonly #context: TaskContext;
  readonly #numbering = createNumbering();
  readonly #disk: DiskWatch;
  readonly #ended: (EndedTask & { readonly result: TaskResult })[] = [];
  readonly #flaws: Flaw[] = [];
  #lost = 0;
  #treeBefore: readonly TreeEntry[] | undefined;
  #machineLostIn: Task | undefined;
  #hasIndexFailed = false;
  readonly #leftOut: readonly string[];
  #package: PackageIdentity;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#package = request.package;
    this.#leftOut = request.leftOut ?? [];
    if (this.#leftOut.length > 0) this.#flaws.push(leftOutFlaw(this.#leftOut));
    const timeline = new Timeline();
    this.#disk = new DiskWatch(this.#numbering, timeline, request.session.places);
    this.#context = {
      session: request.session,
      writer: request.writer,
      tracer: request.tracer,
      numbering: this.#numbering,
      timeline,
      disk: this.#disk,
      index: request.index,
      facts: factsOf(request),
      clock: request.clock,
      startedMs: request.clock.nowMs(),
      timeoutMs: request.timeoutMs,
      tty: request.tty ?? false,
      signal: request.signal,
    };
  }

  async take(task: Task): Promise<void> {
    const unrun = this.#reasonNotToRun(task);
    if (unrun !== undefined) {
      this.#request.progress.start(task.name)('skipped', unrun.reason);
      this.#ended.push({ task, status: unrun.status, result: unrun });
      return;
    }
    const end = this.#request.progress.start(task.name);
    if (this.#disk.tree === undefined) await this.#beginWatch(task);
    if (task.tree === 'before') this.#treeBefore = this.#disk.tree;
    const ended = await runTask(task, this.#context);
    const result = await this.#lookAtDisk(task, ended);
    this.#note(task, ended, result);
    end(endsBadly(result.status) ? 'failed' : 'done', result.reason);
  }

  /** The run as it stands when all tasks were taken, and what the rules say of it. */
  finish({ findings, unanswered }: RuleAnswers): Run {
    const { session, writer, tracer, recipe, rules, buildhaus, clock } = this.#request;
    const tasks = this.#ended.map(one => one.result);
    const answered = rules.count - unanswered.length;
    this.#flaws.push(...unanswered.map(ruleFlaw));
    const { startedMs } = this.#context;
    return {
      schema_version: 1,
      run: writer.run,
      buildhaus,
      package: this.#package,
      machine: session.machine,
      recipe: recipe.name,
      tracer: tracer.name,
      started_at: new Date(startedMs).toISOString(),
      duration_ms: clock.nowMs() - startedMs,
      tasks,
      findings,
      counts: {
        events: sum(tasks.map(task => task.events)),
        collapsed: sum(tasks.map(task => task.collapsed)),
        diagnostics: sum(tasks.map(task => task.diagnostics)),
        processes: this.#numbering.processes(),
        rules: answered,
        lost: this.#lost,
      },
      verdict: verdictOf({
        tasks,
        findings,
        flaws: this.#flaws,
        rules: answered,
        hasIndexFailed: this.#hasIndexFailed,
      }),
    };
  }

  #reasonNotToRun(task: Task): TaskResult | undefined {
    const nothingToDo = task.notFor?.[this.#request.package.kind];
    if (nothingToDo !== undefined) return unrunTask(task, 'not-applicable', nothingToDo);
    if (this.#machineLostIn !== undefined) {
      return unrunTask(task, 'skipped', `skipped: the machine was lost during ${this.#machineLostIn.name}`);
    }
    const blocker = blockerOf(task, this.#ended);
    if (blocker === undefined) return undefined;
    const status = this.#ended.find(one => one.task === blocker)?.status;
    return unrunTask(task, 'skipped', `skipped: ${blocker.name} ${status}`);
  }

  #note(task: Task, ended: TaskEnd, result: TaskResult): void {
    // A limit of the whole run, told at its first task.
    const isMarked = this.#ended.length === 0 && this.#leftOut.length > 0;
    const marked = isMarked ? { ...result, caps: [...result.caps, ...capsOf({ 'left-out': true })] } : result;
    this.#ended.push({ task, status: result.status, result: marked });
    this.#flaws.push(...ended.flaws);
    this.#lost += ended.lost;
    this.#hasIndexFailed ||= ended.hasIndexFailed;
    if (ended.package !== undefined && this.#package.name === null) {
      this.#package = { ...this.#package, ...ended.package };
    }
  }

  async #beginWatch(task: Task): Promise<void> {
    const tree = await this.#listTree(task);
    if (tree instanceof CapReached) this.#noteUnseenDisk(task, tree);
    else if (tree !== undefined) this.#disk.begin(tree);
  }

  /** What the task changed on the disk becomes events of it; a machine that cannot show its disk may be lost. */
  async #lookAtDisk(task: Task, { result, watched, isUnended }: TaskEnd): Promise<TaskResult> {
    const tree = await this.#listTree(task);
    if (tree === undefined || tree instanceof CapReached) {
      this.#disk.postpone(watched);
      if (isUnended && tree === undefined) this.#loseMachine(task);
      return this.#withCaps(task, result, [
        ...(tree === undefined ? [] : [tree.cap]),
        ...this.#newStoreCaps(),
      ]);
    }
    const { events, caps } = this.#disk.compare(tree, watched);
    for (let from = 0; from < events.length; from += batchSize) {
      const batch = events.slice(from, from + batchSize);
      await this.#request.writer.appendEvents(task.name, task.phase, batch);
    }
    const counted = { ...result, events: result.events + events.length };
    const looked = this.#withCaps(task, counted, [...caps, ...this.#newStoreCaps()]);
    return isUnended ? looked : this.#withLeftovers(task, looked, tree);
  }

  /** The store's limits are of the whole run: told at the task that reached them. */
  #newStoreCaps(): readonly CapName[] {
    const caps = this.#request.writer.caps;
    return caps.filter(cap => !this.#ended.some(({ result }) => result.caps.includes(cap)));
  }

  #withCaps(task: Task, result: TaskResult, caps: readonly CapName[]): TaskResult {
    if (caps.length === 0) return result;
    this.#flaws.push(capFlaw(task.name, caps));
    return { ...result, caps: [...result.caps, ...caps] };
  }

  #withLeftovers(task: Task, result: TaskResult, after: readonly TreeEntry[]): TaskResult {
    const before = this.#treeBefore;
    if (task.tree !== 'after' || before === undefined) return result;
    const left = leftoversBetween(before, after, this.#context.facts);
    const count = `${left.found.length}${left.isCut ? '+' : ''}`;
    const sentence = `${count} leftovers, ${left.excepted} expected changes`;
    const told = { ...result, leftovers: left.found, reason: `${result.reason}; ${sentence}` };
    return this.#withCaps(task, told, capsOf({ leftovers: left.isCut }));
  }

  #loseMachine(task: Task): void {
    this.#machineLostIn = task;
    this.#flaws.push({ kind: 'crashed', sentence: `the machine stopped answering during ${task.name}` });
  }

  async #listTree(task: Task): Promise<readonly TreeEntry[] | CapReached | undefined> {
    try {
      return await this.#request.session.listTree(this.#request.signal);
    } catch (cause) {
      this.#request.signal.throwIfAborted();
      if (cause instanceof CapReached) return cause;
      this.#noteUnseenDisk(task, cause);
      return undefined;
    }
  }

  #noteUnseenDisk(task: Task, cause: unknown): void {
    const sentence = `the machine did not show its files at ${task.name}: ${messageOf(cause)}`;
    this.#flaws.push({ kind: 'incomplete', sentence });
  }
}

function factsOf({ session, package: identity }: RunRequest): Facts {
  const { places, machine } = session;
  return { file: within(places, places.inbox, identity.file), home: machine.home, places };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
