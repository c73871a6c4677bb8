import { assertNever } from '../../base/assert.ts';
import { clip } from '../../base/clip.ts';
import { type CapName, capsOf } from '../../model/caps.ts';
import type { Event } from '../../model/event.ts';
import type { EvidenceFrame } from '../../model/evidence.ts';
import type { RunWriter } from '../../model/ports.ts';
import type { SensorReading, Survivor, TestCounts } from '../../model/task.ts';
import { capOf, type Diagnostic, type TraceItem, type TraceParser, type Tracer } from '../../model/trace.ts';
import { diskCap } from '../disk/disk-cap.ts';
import type { DiskWatch } from '../disk/disk-watch.ts';
import type { RunNumbering } from '../numbering.ts';
import { RepeatCounter } from '../repeats/repeat-counter.ts';
import { SecondSensor } from '../sensor/second-sensor.ts';
import type { Task } from '../task.ts';
import type { Timeline } from '../timeline.ts';
import type { Hint, UnreadableHint } from './hints.ts';
import { HintReader, toDiagnostic } from './hints.ts';
import { LiveProcesses } from './live-processes.ts';
import { OutputTail } from './output-tail.ts';

/** Events handed to the writer at once: enough to be fast, few enough to be small. */
export const batchSize = 2048;
/** Longest text of a hint or of a survivor's command that becomes an event. */
export const maxNoteCharacters = 1024;

/** What all tasks of a run share while evidence comes in. */
export interface RecorderContext {
  readonly writer: RunWriter;
  readonly tracer: Tracer;
  readonly numbering: RunNumbering;
  readonly timeline: Timeline;
  readonly disk: DiskWatch;
}

/** Takes the frames of one task: keeps the raw bytes, turns the trace into events, and remembers what the report needs. */
export class TaskRecorder {
  readonly stdout = new OutputTail();
  readonly stderr = new OutputTail();
  hello: Extract<EvidenceFrame, { kind: 'hello' }> | undefined;
  exit: Extract<EvidenceFrame, { kind: 'exit' }> | undefined;
  lost: string | undefined;
  dropped: Extract<EvidenceFrame, { kind: 'bye' }>['dropped'];
  events = 0;
  diagnostics = 0;
  /** Events that the kernel's tracer saw; none of them means that nothing was watched. */
  traced = 0;
  /** Events by which the tracer itself says that something is missing. */
  missing = 0;
  /** Pieces of the trace that could not be read: what they tell is not among the events. */
  unread = 0;
  reason: string | undefined;
  tests: TestCounts | null = null;
  package: { readonly name: string; readonly version: string } | undefined;
  /** What a second sensor said; known once all frames were taken. */
  sensor: SensorReading | undefined;
  readonly #secondSensor = new SecondSensor();
  readonly #task: Task;
  readonly #cwd: string;
  readonly #context: RecorderContext;
  readonly #hints = new HintReader();
  readonly #repeats = new RepeatCounter();
  readonly #processes = new LiveProcesses();
  /** Caps that the parser and the probe told of, and that events show. */
  readonly #toldCaps = new Set<CapName>();
  #parser: TraceParser | undefined;
  #pending: Event[] = [];
  readonly #judged: TraceItem[] = [];
  #lastAtNs = 0;

  constructor(task: Task, cwd: string, context: RecorderContext) {
    this.#task = task;
    this.#cwd = cwd;
    this.#context = context;
  }

  /** Caps that were reached, in the guest and here. */
  get caps(): readonly string[] {
    const here = [...this.#toldCaps, ...this.#secondSensor.caps, ...this.#repeats.caps];
    return [...(this.exit?.caps ?? []), ...capsOf({ hints: this.#hints.isFull }), ...here];
  }

  /** Events that are counted in the `times` of others. */
  get collapsed(): number {
    return this.#repeats.collapsed;
  }

  /** Processes that outlived the command; none when we ended it, since then all of them were still at work. */
  get survivors(): readonly Survivor[] {
    return this.exit === undefined || this.exit.timedOut || this.isTraceCut ? [] : this.exit.survivors;
  }

  /** Whether the trace reached its limit, and its command was ended for it. */
  get isTraceCut(): boolean {
    return this.exit?.caps.includes('trace-bytes') ?? false;
  }

  async take(frame: EvidenceFrame): Promise<void> {
    switch (frame.kind) {
      case 'hello':
        this.hello = frame;
        this.#secondSensor.takeTracer(frame.tracerArgv);
        this.#context.timeline.begin(frame.startedUnixNs);
        return;
      case 'chunk':
        await this.#context.writer.writeRaw(this.#task.name, frame.stream, frame.bytes);
        return this.#takeChunk(frame);
      case 'programs':
        return this.#secondSensor.takePrograms(frame.names);
      case 'sensed':
        return this.#secondSensor.takeCounts(frame);
      case 'exit':
        this.exit = frame;
        return;
      case 'bye':
        this.dropped = frame.dropped;
        return;
      case 'lost':
        this.lost = frame.reason;
        return;
      default:
        return assertNever(frame);
    }
  }

  /** Call once, after the last frame: what was still open or not yet written goes to the writer. */
  async finish(): Promise<void> {
    await this.#takeItems(this.#parser?.end() ?? []);
    await this.#keepItems(this.#repeats.push(this.#context.disk.release()));
    await this.#keepItems(this.#repeats.end());
    await this.#takeHints(this.#hints.end());
    if (this.exit?.signal && this.#processes.isFirstAlive && !this.isTraceCut)
      this.lost ??= 'the tracer ended before what it traced';
    for (const survivor of this.survivors) this.#pending.push(this.#survivorEvent(survivor));
    const isCut = this.lost !== undefined || this.missing > 0 || this.isTraceCut;
    this.sensor = this.#secondSensor.read(isCut);
    this.#pending.push(...(this.sensor?.differences ?? []).map(one => this.#differenceEvent(one)));
    await this.#flush(1);
  }

  async #takeChunk(frame: Extract<EvidenceFrame, { kind: 'chunk' }>): Promise<void> {
    switch (frame.stream) {
      case 'trace':
        this.#parser ??= this.#createParser();
        return this.#takeItems(this.#parser.push(frame.bytes));
      case 'hint':
        return this.#takeHints(this.#hints.push(frame.bytes));
      case 'stdout':
        return this.stdout.push(frame.bytes);
      case 'stderr':
        return this.stderr.push(frame.bytes);
      default:
        return assertNever(frame.stream);
    }
  }

  #createParser(): TraceParser {
    const { tracer, numbering, timeline, disk } = this.#context;
    const epoch = timeline.epochSeconds;
    return tracer.createParser({
      numbering,
      cwd: this.#cwd,
      isBounded: true,
      nonce: this.hello?.nonce,
      follow: (path, before) => {
        this.#judge(before);
        return disk.placeOf(path);
      },
      ...(epoch === undefined ? {} : { epochSeconds: epoch }),
    });
  }

  async #takeItems(items: readonly TraceItem[]): Promise<void> {
    this.#judge(items);
    await this.#keepItems(this.#repeats.push(this.#judged.splice(0)));
  }

  #judge(items: readonly TraceItem[]): void {
    for (const item of items) {
      if (item.kind === 'diagnostic') this.#noteGap(item);
      else this.#note(item);
      const judged = item.kind === 'diagnostic' ? item : this.#context.disk.see(item);
      if (judged !== undefined) this.#judged.push(judged);
    }
  }

  async #keepItems(items: readonly TraceItem[]): Promise<void> {
    const diagnostics: Diagnostic[] = [];
    for (const item of items) {
      if (item.kind === 'diagnostic') diagnostics.push(item);
      else this.#pending.push(item);
    }
    await this.#flush(batchSize);
    await this.#appendDiagnostics(diagnostics);
  }

  #note(event: Event): void {
    this.#secondSensor.takeEvent(event);
    this.#lastAtNs = event.at_ns;
    if (event.origin === 'kernel') this.traced += 1;
    if (event.kind === 'meta.lost') this.missing += 1;
    const cap = diskCap(event);
    if (cap !== undefined) this.#toldCaps.add(cap);
    this.#processes.see(event);
  }

  #noteGap(diagnostic: Diagnostic): void {
    const cap = capOf(diagnostic);
    if (cap === undefined) this.unread += 1;
    else this.#toldCaps.add(cap);
  }

  async #takeHints(hints: readonly (Hint | UnreadableHint)[]): Promise<void> {
    const diagnostics: Diagnostic[] = [];
    for (const hint of hints) {
      if (hint.hint === 'unreadable') diagnostics.push(toDiagnostic(hint, maxNoteCharacters));
      else {
        this.#remember(hint);
        this.#pending.push(this.#hintEvent(hint));
      }
    }
    await this.#flush(batchSize);
    await this.#appendDiagnostics(diagnostics);
  }

  #remember(hint: Hint): void {
    if (hint.hint === 'reason') this.reason = hint.text;
    if (hint.hint === 'partial') this.#toldCaps.add(hint.what);
    if (hint.hint === 'package') this.package = { name: hint.name, version: hint.version };
    if (hint.hint === 'tests') {
      const { framework, passed, failed, skipped, errors } = hint;
      this.tests = { framework, passed, failed, skipped, errors };
    }
  }

  #hintEvent(hint: Hint): Event {
    const atNs = hint.unixNs === undefined ? undefined : this.#context.timeline.sinceStart(hint.unixNs);
    return {
      ...this.#ofNobody(),
      // A claimed time is used only where it can be right: a number the store can hold, not before the run.
      at_ns: atNs !== undefined && atNs >= 0 && atNs < Number.MAX_SAFE_INTEGER ? atNs : this.#lastAtNs,
      kind: 'meta.hint',
      call: hint.hint,
      args: clip(hint.line, maxNoteCharacters),
      origin: 'hint',
    };
  }

  #survivorEvent(survivor: Survivor): Event {
    const { numbering, timeline } = this.#context;
    const startedNs = this.hello?.startedUnixNs;
    const lastedNs = BigInt(Math.round((this.exit?.durationMs ?? 0) * 1e6));
    return {
      seq: numbering.nextSeq(),
      at_ns: startedNs === undefined ? this.#lastAtNs : timeline.sinceStart(startedNs + lastedNs),
      proc: this.#processes.procOf(survivor.pid) ?? 0,
      pid: survivor.pid,
      tid: survivor.pid,
      kind: 'meta.note',
      call: 'survivor',
      args: clip(survivor.command, maxNoteCharacters),
      origin: 'agent',
    };
  }

  /** What the kernel counted and the trace does not have, or the other way round. */
  #differenceEvent(difference: string): Event {
    return {
      ...this.#ofNobody(),
      at_ns: this.#lastAtNs,
      kind: 'meta.lost',
      call: 'second-sensor',
      args: clip(difference, maxNoteCharacters),
      origin: 'agent',
    };
  }

  /** What events have that no process is known to have done, and no time of its own. */
  #ofNobody() {
    const seq = this.#context.numbering.nextSeq();
    return { seq, proc: 0, pid: 0, tid: 0, flags: ['approximate-time'] } as const;
  }

  /** Hands full batches to the writer; with `least` 1 also the last one. */
  async #flush(least: number): Promise<void> {
    while (this.#pending.length >= least) {
      const batch = this.#pending.slice(0, batchSize);
      this.#pending = this.#pending.slice(batchSize);
      await this.#context.writer.appendEvents(this.#task.name, this.#task.phase, batch);
      this.events += batch.length;
    }
  }

  async #appendDiagnostics(diagnostics: readonly Diagnostic[]): Promise<void> {
    for (let from = 0; from < diagnostics.length; from += batchSize) {
      const batch = diagnostics.slice(from, from + batchSize);
      await this.#context.writer.appendDiagnostics(this.#task.name, this.#task.phase, batch);
      this.diagnostics += batch.length;
    }
  }
}
