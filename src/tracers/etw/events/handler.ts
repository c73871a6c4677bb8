import type { DecodedEvent } from '../decoded-event.ts';
import type { TracedMachine } from '../state/traced-machine.ts';

/** Makes items of one record, or remembers what it says. */
export type Handler = (event: DecodedEvent, machine: TracedMachine) => void;

/** What is done with the records of one provider, by their id; for the kernel's event classes, by their opcode. */
export interface HandlerTable {
  readonly provider: string;
  readonly rows: Readonly<Record<number, Handler>>;
}
