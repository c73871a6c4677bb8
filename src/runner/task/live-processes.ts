import type { Event } from '../../model/event.ts';

/** Most processes that are remembered at once; more than `TaskLimits.processes` allows. */
export const maxLiveProcesses = 65_536;

/** The processes of a trace that have not ended in it. */
export class LiveProcesses {
  readonly #procs = new Map<number, number>();
  #first: number | undefined;

  see(event: Event): void {
    if (event.origin === 'kernel') this.#first ??= event.pid;
    if (event.kind === 'process.exit') this.#procs.delete(event.pid);
    else if (this.#procs.size < maxLiveProcesses) this.#procs.set(event.pid, event.proc);
  }

  /** Our own number of a process; undefined when it has ended, or was never seen. */
  procOf(pid: number): number | undefined {
    return this.#procs.get(pid);
  }

  /**
   * Whether the process that all others of the trace come from was seen, and not its end. A tracer ends as its command
   * did, so one that was killed looks like one whose command was; but what it traced was killed with it, and nobody was
   * left to write that down.
   */
  get isFirstAlive(): boolean {
    return this.#first !== undefined && this.#procs.has(this.#first);
  }
}
