import type { CapName } from '../../src/model/caps.ts';
import type { Event } from '../../src/model/event.ts';
import type { EvidenceFrame, EvidenceStream, TracedCommand } from '../../src/model/evidence.ts';
import { linuxPlaces } from '../../src/model/places.ts';
import type { PackageIndex, RunWriter, Session, TreeEntry } from '../../src/model/ports.ts';
import type { Run } from '../../src/model/run.ts';
import type { Diagnostic, TraceItem, Tracer } from '../../src/model/trace.ts';

const started = 1_700_000_000_250_000_000n;
const encoder = new TextEncoder();

/** A chunk of text on one stream. */
export function chunk(stream: EvidenceStream, text: string): EvidenceFrame {
  return { kind: 'chunk', stream, bytes: encoder.encode(text) };
}

/** How a command ended, well unless told otherwise. */
export function exit(changes: Partial<Extract<EvidenceFrame, { kind: 'exit' }>> = {}): EvidenceFrame {
  return {
    kind: 'exit',
    code: 0,
    signal: null,
    timedOut: false,
    caps: [],
    survivors: [],
    durationMs: 40,
    ...changes,
  };
}

/** The frames of a command that went well: one traced line, and what is given, before its end. */
export function frames(...inner: readonly EvidenceFrame[]): readonly EvidenceFrame[] {
  const ends = inner.some(frame => frame.kind === 'exit' || frame.kind === 'lost');
  return [
    { kind: 'hello', tracer: 'strace 6.13', tracerArgv: [], kernel: '6.1', startedUnixNs: started },
    chunk('trace', '10 getpid\n'),
    ...inner,
    ...(ends ? [] : [exit()]),
    ...(inner.some(({ kind }) => kind === 'lost' || kind === 'bye') ? [] : [{ kind: 'bye' } as const]),
  ];
}

/** What a session does, by task; a task that is not named goes well. */
export interface Script {
  readonly tasks?: Readonly<Record<string, readonly EvidenceFrame[]>>;
  /** The tree that there is after a task, or before the first (`boot`), until another; an error is thrown. */
  readonly trees?: Readonly<Record<string, readonly TreeEntry[] | Error>>;
  readonly serveError?: Error;
  /** What a command asks the index for while it is served. */
  readonly asks?: readonly string[];
}

/** A session that plays a script and notes what was asked of it, in order. */
export class ScriptedSession implements Session {
  readonly log: string[] = [];
  readonly commands: TracedCommand[] = [];
  readonly machine = {
    backend: 'memory',
    platform: 'debian-12/cpython-3.11',
    image: 'none',
    accelerator: 'none',
    boundary: 'weak',
    hostname: 'mira-laptop',
    user: 'mira',
    home: '/home/mira',
  } as const;
  readonly places = linuxPlaces(this.machine.user, this.machine.home);
  readonly #script: Script;
  #tree: readonly TreeEntry[] | Error = [];
  #index: PackageIndex | undefined;

  constructor(script: Script = {}) {
    this.#script = script;
    this.#tree = script.trees?.['boot'] ?? [];
  }

  async put(name: string): Promise<void> {
    this.log.push(`put ${name}`);
  }

  async *run(command: TracedCommand): AsyncGenerator<EvidenceFrame> {
    this.log.push(command.task);
    this.commands.push(command);
    const asks = command.network === 'index' ? (this.#script.asks ?? []) : [];
    for (const url of asks)
      await this.#index?.(new Request(url))
        .then(
          answer => answer.text(),
          () => undefined,
        )
        .catch(() => undefined);
    yield* this.#script.tasks?.[command.task] ?? frames();
    this.#tree = this.#script.trees?.[command.task] ?? this.#tree;
  }

  async listTree(): Promise<readonly TreeEntry[]> {
    this.log.push('tree');
    if (this.#tree instanceof Error) throw this.#tree;
    return this.#tree;
  }

  async serveIndex(index: PackageIndex): Promise<AsyncDisposable & { readonly url: string }> {
    if (this.#script.serveError !== undefined) throw this.#script.serveError;
    this.log.push('serve');
    this.#index = index;
    const close = async () => {
      this.log.push('close');
    };
    return { url: 'http://127.0.0.1:3141/simple/', [Symbol.asyncDispose]: close };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** A writer that keeps everything in memory. */
export class MemoryWriter implements RunWriter {
  readonly run = '20260102T030405-sample-ab12';
  readonly caps: readonly CapName[] = [];
  readonly events: { readonly task: string; readonly event: Event }[] = [];
  readonly batches: number[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly raw = new Map<string, string>();
  sealed: Run | undefined;

  async writeRaw(task: string, stream: EvidenceStream, bytes: Uint8Array): Promise<void> {
    const key = `${task}/${stream}`;
    this.raw.set(key, (this.raw.get(key) ?? '') + new TextDecoder().decode(bytes));
  }

  async appendEvents(task: string, _: string, events: readonly Event[]): Promise<void> {
    this.batches.push(events.length);
    this.events.push(...events.map(event => ({ task, event })));
  }

  async appendDiagnostics(_: string, __: string, diagnostics: readonly Diagnostic[]): Promise<void> {
    this.diagnostics.push(...diagnostics);
  }

  async query(): Promise<readonly []> {
    return [];
  }

  async seal(run: Run): Promise<{ readonly folder: string }> {
    this.sealed = run;
    return { folder: '/runs/sample' };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const kinds: ReadonlyMap<string, 'file.stat' | 'meta.lost' | 'process.exit'> = new Map([
  ['exit', 'process.exit'],
  ['lost', 'meta.lost'],
  ['stat', 'file.stat'],
]);

const diagnosed: ReadonlyMap<string, string> = new Map([
  ['?', 'unreadable-line'],
  ['too-many', 'too-many-threads'],
]);

/** A tracer whose lines are `PID CALL`; `lost` means lost events, `?` is unreadable, `too-many` reaches a cap. Chunks hold whole lines. */
export const lineTracer: Tracer = {
  name: 'strace',
  sniff: () => true,
  createParser({ numbering, epochSeconds }) {
    const procs = new Map<string, number>();
    const procOf = (pid: string) => {
      const proc = procs.get(pid) ?? numbering.nextProc();
      procs.set(pid, proc);
      return proc;
    };
    const item = (line: string): TraceItem => {
      const [pid = '', call = ''] = line.split(' ');
      const reason = diagnosed.get(call);
      if (reason !== undefined) {
        return {
          kind: 'diagnostic',
          reason,
          text: line,
          source_offset: 0,
          source_length: 3,
        };
      }
      return {
        kind: kinds.get(call) ?? 'raw',
        seq: numbering.nextSeq(),
        at_ns: epochSeconds === undefined ? 0 : 250_000_000,
        proc: procOf(pid),
        pid: Number(pid),
        tid: Number(pid),
        call,
        origin: 'kernel',
      };
    };
    return {
      push: bytes => new TextDecoder().decode(bytes).split('\n').filter(Boolean).map(item),
      end: () => [],
    };
  },
};
