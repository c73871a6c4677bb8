import type { Numbering, ParserCap } from '../../../model/trace.ts';
import { BoundedMap } from './bounded-map.ts';

/** Processes followed at once. Beyond it the one seen first is forgotten and, should it act again, is a new one. */
export const MAX_PROCESSES = 65_536;
/** How long what comes under an ended process's number is still its own: handles are closed after the end is told. */
export const LATE_NS = 2_000_000_000;

/** What tells one process from another that had or will have its number. */
export interface Identity {
  readonly pid: number;
  /** The kernel's address of it (MOF `UniqueProcessKey`): not used twice while the process lives. */
  readonly key?: bigint | undefined;
  /** Counted up for each process since boot (Kernel-Process from Windows 10 on). */
  readonly sequence?: bigint | undefined;
  /** FILETIME. */
  readonly createTime?: bigint | undefined;
}

/** One process: never two, though its number may be given away again. */
export interface Process {
  readonly proc: number;
  readonly pid: number;
  key: bigint | undefined;
  sequence: bigint | undefined;
  createTime: bigint | undefined;
  /** Security identifier of its user, upper case: decides which registry keys are "the current user's". */
  sid: string | undefined;
  /** The trace told of its start or that it was there; until then only its number was seen. */
  isIntroduced: boolean;
  /** Its start was seen and its first thread, which its maker makes, was not. */
  isNewborn: boolean;
  endedNs: number | undefined;
}

/** Follows processes by number, and gives each an id that is never reused. */
export class Processes {
  readonly #numbering: Numbering;
  readonly #byPid: BoundedMap<number, Process>;

  constructor(numbering: Numbering, onCap: (cap: ParserCap) => void) {
    this.#numbering = numbering;
    this.#byPid = new BoundedMap({
      entries: MAX_PROCESSES,
      characters: Number.POSITIVE_INFINITY,
      onDrop: () => onCap('too-many-processes'),
    });
  }

  /** The process that acts under a number; one whose start was not seen is made here. Undefined when nobody is named. */
  of(pid: number, ns: number): Process | undefined {
    if (pid < 0) return undefined;
    const known = this.#byPid.get(pid);
    return known === undefined || isGone(known, ns) ? this.#create({ pid }) : known;
  }

  /**
   * A process is introduced at a time: one that is known already when nothing says that it is another. One that ended
   * later is: where two files of one trace follow each other, the second tells again what the first told.
   */
  introduce(identity: Identity, ns: number): Process {
    const known = this.#byPid.get(identity.pid);
    const process =
      known !== undefined && ns <= (known.endedNs ?? ns) && !isOther(known, identity)
        ? known
        : this.#create(identity);
    process.key ??= identity.key;
    process.sequence ??= identity.sequence;
    process.createTime ??= identity.createTime;
    return process;
  }

  /** The process whose end is told: the one of that identity, not one that has its number since. */
  ending(identity: Identity, ns: number): Process {
    const known = this.#byPid.get(identity.pid);
    if (known !== undefined && !isOther(known, identity) && !isGone(known, ns)) return known;
    return known === undefined || isGone(known, ns) ? this.#create(identity) : this.#stranger(identity);
  }

  #create(identity: Identity): Process {
    const process = this.#stranger(identity);
    this.#byPid.set(identity.pid, process);
    return process;
  }

  /** A process that nothing is remembered of: its number is another's now. */
  #stranger({ pid, key, sequence, createTime }: Identity): Process {
    return {
      proc: this.#numbering.nextProc(),
      pid,
      key,
      sequence,
      createTime,
      sid: undefined,
      isIntroduced: false,
      isNewborn: false,
      endedNs: undefined,
    };
  }
}

function isGone(process: Process, ns: number): boolean {
  return process.endedNs !== undefined && ns - process.endedNs > LATE_NS;
}

/** Whether two identities of one number cannot be the same process. What one of them lacks says nothing. */
function isOther(process: Process, identity: Identity): boolean {
  return (
    differ(process.key, identity.key) ||
    differ(process.sequence, identity.sequence) ||
    differ(process.createTime, identity.createTime)
  );
}

function differ(a: bigint | undefined, b: bigint | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
