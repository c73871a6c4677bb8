import type { Numbering, ParserCap } from '../../../model/trace.ts';
import { DescriptorTable } from './descriptor-table.ts';

/** Threads followed at once. Beyond it the one seen first is forgotten and, should it act again, is a new process. */
export const MAX_THREADS = 65_536;
/** Ended threads remembered, for the lines that strace may still print about them. */
export const MAX_ENDED = 4096;

/** A current directory, shared by threads made with CLONE_FS, also by those of several processes. */
export interface Folder {
  /** Absolute; undefined when nothing is known. */
  path: string | undefined;
  /** Nobody said so: it is where the traced command was started. */
  isGuess: boolean;
}

/** One process: survives exec; its threads share it. */
export interface Process {
  readonly proc: number;
  pid: number;
  descriptors: DescriptorTable;
  readonly threads: Set<Thread>;
  hasEnded: boolean;
}

export interface Thread {
  tid: number;
  readonly process: Process;
  folder: Folder;
  /** Seen before the call that made it returned. */
  isEarly: boolean;
  /** Called exit itself: whoever acts under its number from now on is another. */
  hasExited: boolean;
}

/** What a child takes from the process that makes it. */
export interface Inheritance {
  readonly thread: boolean;
  readonly folder: boolean;
  readonly descriptors: boolean;
}

/** A call that makes a process and has not returned. */
interface Birth {
  readonly parent: Thread;
  readonly inheritance: Inheritance;
  child: Thread | undefined;
}

/** Follows threads and processes from first sight to exit, and gives each process an id that is never reused. */
export class Processes {
  readonly #numbering: Numbering;
  readonly #cwd: string | undefined;
  readonly #onCap: (cap: ParserCap) => void;
  readonly #threads = new Map<number, Thread>();
  /** By the thread that makes the child; those whose child was not seen yet; and by the child that was. */
  readonly #births = new Map<number, Birth>();
  readonly #waiting = new Set<Birth>();
  readonly #early = new Map<number, Birth>();
  /** Ended, as far as calls tell; strace may yet print how (`-qq` makes it not). */
  readonly #ended = new Map<number, Thread>();
  /** The thread that lines without a number belong to. */
  #unnamed: Thread | undefined;
  /** The traced command itself was seen: what comes from nowhere now was made by a call that was not. */
  #hasStarted = false;

  constructor(numbering: Numbering, cwd: string | undefined, onCap: (cap: ParserCap) => void) {
    this.#numbering = numbering;
    this.#cwd = cwd;
    this.#onCap = onCap;
  }

  /** The thread a line belongs to; -1 stands for a line that names none. */
  of(tid: number): Thread {
    if (tid < 0) return this.#nameless();
    return this.#threads.get(tid) ?? this.#ended.get(tid) ?? this.#firstSight(tid);
  }

  /** The thread that begins a call: not one that has exited, though the number is the same. */
  ofCaller(tid: number): Thread {
    if (tid < 0) return this.#nameless();
    const ended = this.#ended.get(tid);
    const isReused = ended?.hasExited === true || this.#waiting.size > 0;
    return this.#threads.get(tid) ?? (isReused ? undefined : ended) ?? this.#firstSight(tid);
  }

  /** A call that makes a process began: its child may act before it returns. */
  expectChild(parent: Thread, inheritance: Inheritance): void {
    const birth: Birth = { parent, inheritance, child: undefined };
    this.#endBirth(parent.tid);
    this.#births.set(parent.tid, birth);
    this.#waiting.add(birth);
  }

  /** The call that was expected to make a child did not. */
  expectNoChild(parent: Thread): void {
    this.#endBirth(parent.tid);
  }

  /** The call that made `tid` returned. Returns the child, which may have been seen, and may even have ended. */
  born(parent: Thread, tid: number, inheritance: Inheritance): Process {
    const early = this.#claimEarly(parent.tid, tid);
    if (early !== undefined) {
      early.isEarly = false;
      return early.process;
    }
    const known = this.#threads.get(tid);
    if (known?.isEarly === true && known.process !== parent.process) {
      known.isEarly = false;
      return known.process;
    }
    return this.#create(tid, parent, inheritance).process;
  }

  /** A thread calls exit, or ends all of its process. Returns true when the process ends with it. */
  exiting(thread: Thread, all: boolean): boolean {
    thread.hasExited = true;
    this.#retire(thread);
    return (all || thread.process.threads.size === 0) && this.#end(thread.process);
  }

  /** strace says how a thread ended. Returns true when its process ended with it, and nothing said so before. */
  exited(thread: Thread): boolean {
    this.#forget(thread);
    this.#ended.delete(thread.tid);
    const isLast = thread.tid === thread.process.pid || thread.process.threads.size === 0;
    return isLast && this.#end(thread.process);
  }

  /** Another program runs now: in one thread, with descriptors that are shared with nobody. */
  executed(thread: Thread): void {
    const { process } = thread;
    process.descriptors = process.descriptors.fork();
    for (const other of [...process.threads]) {
      if (other !== thread) this.#retire(other);
    }
  }

  /** execve by a thread that is not the leader: it goes on under the leader's id, and its own ends. */
  superseded(leader: Thread, tid: number): void {
    const caller = this.#threads.get(tid);
    if (caller === undefined || caller === leader || caller.process !== leader.process) return;
    leader.folder = caller.folder;
    this.#forget(caller);
  }

  /** Without a number: the only thread there is, or the one that strace started with. */
  #nameless(): Thread {
    if (this.#threads.size === 1) {
      for (const only of this.#threads.values()) this.#unnamed = only;
    }
    this.#unnamed ??= this.#create(0);
    return this.#unnamed;
  }

  #firstSight(tid: number): Thread {
    // Of several calls that may have made an unknown thread, the one that began first is the likeliest.
    for (const birth of this.#waiting) {
      const child = this.#create(tid, birth.parent, birth.inheritance);
      child.isEarly = true;
      this.#match(birth, child);
      return child;
    }
    const unnamed = this.#threads.get(0);
    if (unnamed !== undefined && unnamed === this.#unnamed) return this.#name(unnamed, tid);
    const thread = this.#create(tid);
    thread.isEarly = true;
    return thread;
  }

  /** On a terminal strace names the first process only from when there is a second. */
  #name(thread: Thread, tid: number): Thread {
    this.#threads.delete(thread.tid);
    thread.tid = tid;
    thread.process.pid = tid;
    this.#threads.set(tid, thread);
    return thread;
  }

  /** Finds the child `tid` that came before its maker's return, and puts right which call it was counted for. */
  #claimEarly(parentTid: number, tid: number): Thread | undefined {
    const own = this.#births.get(parentTid);
    const counted = this.#early.get(tid);
    const child = counted?.child;
    if (counted !== undefined && own !== undefined && own !== counted) {
      this.#early.delete(tid);
      if (own.child === undefined) counted.child = undefined;
      else this.#match(counted, own.child);
      own.child = undefined;
      if (counted.child === undefined) this.#waiting.add(counted);
    }
    this.#endBirth(parentTid);
    return counted === undefined || own === undefined ? undefined : child;
  }

  #match(birth: Birth, child: Thread): void {
    birth.child = child;
    this.#waiting.delete(birth);
    this.#early.set(child.tid, birth);
  }

  #endBirth(parentTid: number): void {
    const birth = this.#births.get(parentTid);
    if (birth === undefined) return;
    this.#births.delete(parentTid);
    this.#waiting.delete(birth);
    const child = birth.child?.tid;
    if (child !== undefined && this.#early.get(child) === birth) this.#early.delete(child);
  }

  #create(tid: number, parent?: Thread, inheritance?: Inheritance): Thread {
    const replaced = this.#threads.get(tid);
    if (replaced !== undefined) this.#forget(replaced);
    this.#makeRoom();
    const process =
      parent !== undefined && inheritance?.thread === true
        ? parent.process
        : this.#newProcess(tid, parent?.process, inheritance);
    const folder = this.#folderOf(parent, inheritance);
    const thread: Thread = { tid, process, folder, isEarly: false, hasExited: false };
    process.threads.add(thread);
    this.#threads.set(tid, thread);
    this.#ended.delete(tid);
    return thread;
  }

  #newProcess(pid: number, parent?: Process, inheritance?: Inheritance): Process {
    const proc = this.#numbering.nextProc();
    const shared = inheritance?.descriptors === true ? parent?.descriptors : parent?.descriptors.fork();
    const descriptors = shared ?? new DescriptorTable();
    return { proc, pid, descriptors, threads: new Set(), hasEnded: false };
  }

  #folderOf(parent?: Thread, inheritance?: Inheritance): Folder {
    if (parent !== undefined) return inheritance?.folder === true ? parent.folder : { ...parent.folder };
    const isGuess = this.#hasStarted;
    this.#hasStarted = true;
    return { path: this.#cwd, isGuess };
  }

  #makeRoom(): void {
    if (this.#threads.size < MAX_THREADS) return;
    for (const oldest of this.#threads.values()) {
      this.#forget(oldest);
      break;
    }
    this.#onCap('too-many-threads');
  }

  #end(process: Process): boolean {
    if (process.hasEnded) return false;
    process.hasEnded = true;
    for (const thread of [...process.threads]) this.#retire(thread);
    return true;
  }

  #retire(thread: Thread): void {
    if (!this.#forget(thread)) return;
    this.#ended.set(thread.tid, thread);
    if (this.#ended.size <= MAX_ENDED) return;
    for (const oldest of this.#ended.keys()) {
      this.#ended.delete(oldest);
      break;
    }
  }

  #forget(thread: Thread): boolean {
    if (this.#threads.get(thread.tid) !== thread) return false;
    this.#threads.delete(thread.tid);
    this.#endBirth(thread.tid);
    thread.process.threads.delete(thread);
    return true;
  }
}
