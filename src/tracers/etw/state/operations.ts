import type { Event, FileEvent } from '../../../model/event.ts';
import type { Draft } from '../events/draft.ts';
import { outcomeOf } from '../text/nt-status.ts';
import { BoundedMap } from './bounded-map.ts';

/** Operations that wait at once for the record of their end. The one that began first is then given without it. */
export const MAX_OPERATIONS = 65_536;
/** Characters of the paths of all that wait. */
export const MAX_OPERATION_CHARACTERS = 16_777_216;
/** Operations that wait before any end was told: a session that records none is noticed by then. */
export const MAX_TRIAL = 4096;

/** How an operation ended, as its last record says. */
export interface Ending {
  readonly atNs: number;
  readonly status: number;
  /** What the driver says beside the status: bytes moved, or what an open did. */
  readonly information: number | undefined;
}

/** An operation on a file that began. */
export interface Operation {
  readonly draft: Draft<FileEvent>;
  /** Records of one group under one Irp tell of one operation, each with less than all. */
  readonly group: string;
  /** Called before the event is given, when the end was told. */
  readonly ended?: ((draft: Draft<FileEvent>, ending: Ending) => void) | undefined;
}

/**
 * Operations on files between the record that they began and the one that they ended, which alone says how. Where no
 * ends are recorded, as most sessions are set up, it stays unknown.
 */
export class Operations {
  readonly #waiting: BoundedMap<bigint, Operation>;
  readonly #emit: (event: Event) => void;
  #hasEnds = false;
  #begun = 0;

  constructor(emit: (event: Event) => void) {
    this.#emit = emit;
    this.#waiting = new BoundedMap({
      entries: MAX_OPERATIONS,
      characters: MAX_OPERATION_CHARACTERS,
      sizeOf: operation => operation.draft.path?.length ?? 0,
      onDrop: operation => emit(operation.draft),
    });
  }

  /** A second record tells more of the operation that waits under an Irp. False when none of that group does. */
  tellMore(irp: bigint | undefined, group: string, change: (draft: Draft<FileEvent>) => void): boolean {
    const waiting = irp === undefined ? undefined : this.#waiting.get(irp);
    if (irp === undefined || waiting?.group !== group) return false;
    this.#waiting.delete(irp);
    change(waiting.draft);
    this.#waiting.set(irp, waiting);
    return true;
  }

  /** An operation began: one that waited under the same Irp has ended, nobody knows how. */
  begin(irp: bigint | undefined, operation: Operation): void {
    const earlier = irp === undefined ? undefined : this.#waiting.delete(irp);
    if (earlier !== undefined) this.#emit(earlier.draft);
    this.#begun += 1;
    if (!this.#hasEnds && this.#begun > MAX_TRIAL) this.end();
    if (irp === undefined || (!this.#hasEnds && this.#begun > MAX_TRIAL)) this.#emit(operation.draft);
    else this.#waiting.set(irp, operation);
  }

  /** The operation under an Irp ended. False when none waited. */
  finish(irp: bigint | undefined, ending: Ending): boolean {
    this.#hasEnds = true;
    const operation = irp === undefined ? undefined : this.#waiting.delete(irp);
    if (operation === undefined) return false;
    const { draft } = operation;
    const { ok, errno } = outcomeOf(ending.status);
    draft.ok = ok;
    draft.ret = ending.status >>> 0;
    if (errno !== undefined) draft.errno = errno;
    if (ending.atNs >= draft.at_ns) draft.dur_ns = ending.atNs - draft.at_ns;
    operation.ended?.(draft, ending);
    this.#emit(draft);
    return true;
  }

  /** Gives what waits: nothing more will be told of it. */
  end(): void {
    for (const { draft } of this.#waiting.values()) this.#emit(draft);
    this.#waiting.clear();
  }
}
