import type { Event, MetaEvent } from '../../model/event.ts';
import type { ParserCap, ParserOptions, TraceItem } from '../../model/trace.ts';
import type { DecodedEvent } from './decoded-event.ts';
import { handlerFor } from './events/handlers.ts';
import { lostEvent } from './events/machine-events.ts';
import type { EtwLost } from './record.ts';
import { TracedMachine } from './state/traced-machine.ts';
import { unprovenLayout } from './unproven.ts';

/** Makes items of decoded records: each becomes at least one, or part of one that was begun by another. */
export class Mapper {
  readonly #options: ParserOptions;
  readonly #machine: TracedMachine;
  readonly #told = new Set<string>();
  #items: TraceItem[] = [];
  #nowNs = 0;
  #offset = 0;

  constructor(options: ParserOptions) {
    this.#options = options;
    this.#machine = new TracedMachine({
      ...options,
      emit: (event: Event) => this.#items.push(event),
      onCap: cap => this.#capReached(cap),
    });
  }

  /** When the trace began, FILETIME; before its first event. */
  startedAt(fileTime: bigint): void {
    this.#machine.startedAt(fileTime);
  }

  event(event: DecodedEvent): void {
    const { record } = event;
    const machine = this.#machine;
    this.#nowNs = machine.timeOf(record);
    this.#offset = record.source_offset;
    machine.births.releaseBefore(this.#nowNs);
    const layout = unprovenLayout(record);
    if (layout !== undefined) this.noteUnproven(layout);
    handlerFor(record.provider, record.id)(event, machine);
  }

  lost(lost: EtwLost): void {
    lostEvent(lost, this.#machine, this.#nowNs, this.#options.numbering.nextSeq());
  }

  /** Input that is no event. */
  diagnose(reason: string, text: string, offset: number, length: number): void {
    this.#items.push({ kind: 'diagnostic', reason, text, source_offset: offset, source_length: length });
  }

  /** Says once what the reading of this trace rests on. */
  noteUnproven(what: string): void {
    if (!this.#isNews(`unproven ${what}`)) return;
    const note: MetaEvent = {
      seq: this.#options.numbering.nextSeq(),
      at_ns: this.#nowNs,
      kind: 'meta.note',
      proc: 0,
      pid: 0,
      tid: 0,
      call: 'unproven',
      args: `${what}: read by Microsoft's description of it, not yet proven on a recorded file`,
      origin: 'agent',
      source_offset: this.#offset,
      source_length: 0,
    };
    this.#items.push(note);
  }

  /** What is whole by now. */
  takeItems(): TraceItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Nothing more comes: what waits is given as it is. */
  end(): void {
    this.#machine.end();
  }

  /** Each cap is told once: what it costs may happen at every record from there on. */
  #capReached(cap: ParserCap): void {
    if (!this.#isNews(cap)) return;
    this.diagnose(cap, 'what was put in first is forgotten from here on', this.#offset, 0);
  }

  #isNews(what: string): boolean {
    if (this.#told.has(what)) return false;
    this.#told.add(what);
    return true;
  }
}
