import { fileTimeToUnixNs } from '../../../base/file-time.ts';
import type { Event } from '../../../model/event.ts';
import type { ParserCap, ParserOptions } from '../../../model/trace.ts';
import type { DecodedEvent } from '../decoded-event.ts';
import type { Began } from '../events/draft.ts';
import type { EtwRecord } from '../record.ts';
import { Births } from './births.ts';
import { CallNames } from './call-names.ts';
import { createNames, Files, type Names } from './names.ts';
import { Operations } from './operations.ts';
import { type Process, Processes } from './processes.ts';
import { Queries } from './queries.ts';
import { Volumes } from './volumes.ts';

export interface MachineOptions extends ParserOptions {
  readonly emit: (event: Event) => void;
  /** A table was full; called as often as something had to make room. */
  readonly onCap: (cap: ParserCap) => void;
}

/** What a trace has told so far of the machine it was made on, and what is waiting to be told whole. */
export class TracedMachine {
  readonly emit: (event: Event) => void;
  readonly volumes = new Volumes();
  readonly processes: Processes;
  readonly files: Files;
  /** Names of registry keys by the address of their control block, as the kernel spells them. */
  readonly keys: Names;
  readonly operations: Operations;
  readonly births: Births;
  readonly queries: Queries;
  readonly #options: MachineOptions;
  readonly #calls = new CallNames();
  #originNs = 0;
  #epochNs: bigint | undefined;

  constructor(options: MachineOptions) {
    const { emit, onCap } = options;
    this.#options = options;
    this.emit = emit;
    this.processes = new Processes(options.numbering, onCap);
    this.files = new Files(() => onCap('too-many-files'));
    this.keys = createNames(() => onCap('too-many-keys'));
    this.operations = new Operations(emit);
    this.births = new Births(emit);
    this.queries = new Queries(emit);
  }

  /** When the trace began, FILETIME: what its times are counted from. */
  startedAt(fileTime: bigint): void {
    const { epochSeconds } = this.#options;
    const startNs = fileTimeToUnixNs(fileTime);
    // A file that follows another in the stream counts from where the first one did.
    this.#epochNs ??= epochSeconds === undefined ? startNs : BigInt(epochSeconds) * NANOS;
    this.#originNs = Number(startNs - this.#epochNs);
  }

  /** Place and time of a record. */
  begin(event: DecodedEvent): Began {
    return {
      seq: this.#options.numbering.nextSeq(),
      atNs: this.timeOf(event.record),
      origin: isKernels(event.record) ? 'kernel' : 'hint',
      call: this.#calls.nameOf(event),
    };
  }

  timeOf(record: EtwRecord): number {
    // A header may name a clock that nothing can be counted with.
    const atNs = Math.round(record.ns + this.#originNs) || 0;
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, atNs));
  }

  /** Who did it, by the record's header. */
  actor(event: DecodedEvent): Process | undefined {
    return this.processes.of(event.record.pid, this.timeOf(event.record));
  }

  end(): void {
    this.births.end();
    this.operations.end();
    this.queries.end();
  }
}

const NANOS = 1_000_000_000n;

/**
 * Records that only the kernel writes: those under its own headers, and those of its manifest providers. All others
 * are written by code in the process they speak of, which it may change or leave out.
 */
function isKernels({ header, provider }: EtwRecord): boolean {
  if (header === 'event') return kernelProviders.has(provider);
  return header === 'system' || header === 'perfinfo';
}

const kernelProviders: ReadonlySet<string> = new Set([
  '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', // Kernel-Process
  'edd08927-9cc4-4e65-b970-c2560fb5c289', // Kernel-File
  '7dd42a49-5329-4832-8dfd-43d979153a88', // Kernel-Network
  '70eb4f03-c1de-4f73-a051-33d13d5413bd', // Kernel-Registry
]);
