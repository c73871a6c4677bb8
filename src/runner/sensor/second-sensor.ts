import { detachText } from '../../base/detach-text.ts';
import { normalizePath } from '../../base/posix-path.ts';
import { type CapName, capsOf } from '../../model/caps.ts';
import type { Event } from '../../model/event.ts';
import type { SensedCounts } from '../../model/evidence.ts';
import type { SensorReading } from '../../model/task.ts';

/** Programs whose names are held against each other at once; a run that starts more different ones is told so. */
export const maxPrograms = 65_536;
/** Disagreements that are told one by one; of the others, how many there are. */
export const maxDisagreements = 16;

/** Longest name of a program that is compared, in UTF-8: of 255 bytes the sensor may have kept only the beginning. */
export const maxProgramBytes = 254;
/** Calls that the kernel may leave out of its counts without a word: at most so many, and one in a hundred. */
export const maxMissed = 100;

/** The launcher's last call before the command: the sensor counts it, the trace begins after it. */
const markerCall = 'readlinkat';
const forks: readonly string[] = ['clone', 'clone2', 'clone3', 'fork', 'vfork'];
/** A process that is killed while the tracer looks at its last call does not come to make it. */
const exits: readonly string[] = ['exit', 'exit_group'];
const execs: readonly string[] = ['execve', 'execveat'];

interface Tally {
  /** Calls in the trace that the tracer did not refuse itself. */
  made: number;
  succeeded: number;
  /** Ended by the end of their process: the kernel may have counted them or not. */
  unfinished: number;
}

/**
 * Holds the trace of one task against what a second sensor counted in the kernel, which does not pass the tracer
 * (docs/decisions/0005). A call that the one saw and the other did not means that one of them was deceived.
 */
export class SecondSensor {
  readonly #tallies = new Map<string, Tally>();
  /** By program: how often the trace started it, less how often the kernel did. */
  readonly #programs = new Map<string, number>();
  #traced: readonly string[] = [];
  /** Calls that the guard trapped: the trace may have them as done, since the tracer stops before the guard. */
  #trapped = 0;
  #isFull = false;
  /** Names that are too long to be compared: on either side, and of those that the kernel told. */
  #hasLong = false;
  #longTold = 0;
  #counts: SensedCounts | undefined;

  /** The tracer's arguments name the calls it stops at. */
  takeTracer(argv: readonly string[]): void {
    const option = argv.find(one => one.startsWith('--trace=')) ?? '--trace=';
    this.#traced = option
      .slice('--trace='.length)
      .split(',')
      .map(name => name.replace('?', ''))
      .filter(Boolean);
  }

  takeEvent(event: Event): void {
    if (event.kind === 'process.signal' && event.args?.includes('SYS_SECCOMP') === true) this.#trapped += 1;
    if (event.origin !== 'kernel' || event.call === undefined) return;
    if (event.flags?.some(flag => flag === 'injected' || flag === 'same-call') === true) return;
    const tally = this.#tallies.get(event.call) ?? { made: 0, succeeded: 0, unfinished: 0 };
    this.#tallies.set(event.call, tally);
    tally.made += 1;
    if (event.ok === true) tally.succeeded += 1;
    if (mayBeUncounted(event, event.call)) tally.unfinished += 1;
    if (execs.includes(event.call) && event.ok === true) this.#count(programOf(event), 1);
  }

  takePrograms(names: readonly string[]): void {
    for (const name of names) this.#count(name, -1);
  }

  takeCounts(counts: SensedCounts): void {
    this.#counts = counts;
  }

  /** Limits that keep the comparison from being made, as a package that wants them reached would have it. */
  get caps(): readonly CapName[] {
    const counts = this.#counts;
    if (counts === undefined || counts.absent !== '') return [];
    // A kernel that names none of them is a limit that is told, and no package's doing.
    const isPartlyUnnamed = counts.unnamed > 0 && counts.unnamed < counts.execs;
    const tooMany = maxMissed + sum(counts.calls.map(({ count }) => count)) / 100;
    return capsOf({
      'program-names': this.#isFull || this.#hasLong || isPartlyUnnamed,
      'missed-calls': counts.missed > tooMany,
    });
  }

  /** What both came to; undefined when the sensor said nothing. `isCut`: the trace is known not to be whole. */
  read(isCut: boolean): SensorReading | undefined {
    const counts = this.#counts;
    if (counts === undefined) return undefined;
    if (counts.absent !== '')
      return { state: 'absent', reason: counts.absent, calls: 0, traced: 0, differences: [] };
    const calls = sum(counts.calls.map(({ count }) => count));
    const counted = new Map(counts.calls.map(({ name, count }) => [name, count]));
    const traced = sum(this.#traced.map(name => counted.get(name) ?? 0));
    if (isCut)
      return { state: 'not-compared', reason: 'the trace is not whole', calls, traced, differences: [] };
    const differences = [
      ...this.#traced.flatMap(name => this.#compareCalls(name, counted.get(name) ?? 0, counts.missed)),
      ...this.#compareOutcomes('new processes and threads', forks, counts.forks),
      ...this.#compareOutcomes('started programs', execs, counts.execs),
      ...this.#comparePrograms(counts.unnamed),
    ];
    const state = differences.length === 0 ? 'agrees' : 'differs';
    const reason = this.#uncompared(counts).join('; ');
    return { state, reason, calls, traced, differences: firstOf(differences) };
  }

  /** What of the comparison could not be made. */
  #uncompared({ unnamed, missed }: SensedCounts): readonly string[] {
    return [
      ...(this.#isFull ? [`names of more than ${maxPrograms} programs are not compared`] : []),
      ...(this.#hasLong ? [`names of more than ${maxProgramBytes} bytes are not compared`] : []),
      ...(unnamed === 0 ? [] : [`${unnamed} started programs could not be named`]),
      ...(missed === 0 ? [] : [`the kernel left up to ${missed} calls uncounted`]),
    ];
  }

  #compareCalls(name: string, counted: number, missed: number): readonly string[] {
    const { made, unfinished } = this.#tally([name]);
    const expected = name === markerCall ? counted - 1 : counted;
    const isPlausible = expected <= made && expected >= made - unfinished - this.#trapped - missed;
    return isPlausible ? [] : [`${name}: the kernel counted ${expected}, the trace has ${made}`];
  }

  #compareOutcomes(what: string, names: readonly string[], counted: number): readonly string[] {
    const { succeeded, unfinished } = this.#tally(names);
    const isPlausible = counted >= succeeded - this.#trapped && counted <= succeeded + unfinished;
    return isPlausible ? [] : [`${what}: the kernel counted ${counted}, the trace has ${succeeded}`];
  }

  /**
   * Names of both sides that have no counterpart. Some may have none: of the trace's the ones that the sensor could not
   * name, of the kernel's the ones whose call never returned.
   */
  #comparePrograms(unnamed: number): readonly string[] {
    if (this.#isFull) return [];
    const untold = this.#unmatched(count => count > 0);
    const unseen = this.#unmatched(count => count < 0);
    const told = untold.length > unnamed + this.#longTold ? untold : [];
    const seen = unseen.length > this.#tally(execs).unfinished ? unseen : [];
    return [
      ...told.map(name => `program: the trace has ${name}, the kernel did not start it`),
      ...seen.map(name => `program: the kernel started ${name}, the trace does not have it`),
    ];
  }

  #unmatched(isMeant: (count: number) => boolean): readonly string[] {
    const entries = [...this.#programs].filter(([, count]) => isMeant(count));
    return entries.flatMap(([name, count]) => Array.from({ length: Math.abs(count) }, () => name));
  }

  #tally(names: readonly string[]): Tally {
    const all = [...this.#tallies].filter(([name]) => names.includes(name)).map(([, tally]) => tally);
    return {
      made: sum(all.map(one => one.made)),
      succeeded: sum(all.map(one => one.succeeded)),
      unfinished: sum(all.map(one => one.unfinished)),
    };
  }

  #count(given: string, change: 1 | -1): void {
    if (encoder.encode(given).length > maxProgramBytes) {
      this.#hasLong = true;
      if (change < 0) this.#longTold += 1;
      return;
    }
    const name = given.startsWith('/') ? normalizePath(given) : given;
    const count = (this.#programs.get(name) ?? 0) + change;
    if (count === 0) this.#programs.delete(name);
    else if (this.#programs.has(name)) this.#programs.set(name, count);
    // A slice of the trace would keep the chunk that it was cut from.
    else if (this.#programs.size < maxPrograms) this.#programs.set(detachText(name), count);
    else this.#isFull = true;
  }
}

function firstOf(differences: readonly string[]): readonly string[] {
  const more = differences.length - maxDisagreements;
  return more > 0 ? [...differences.slice(0, maxDisagreements), `and ${more} more`] : differences;
}

/** What a call came to is not known when its process ended in it: the kernel may have counted it, or its success. */
function mayBeUncounted({ ok, flags }: Event, call: string): boolean {
  return ok === undefined || exits.includes(call) || flags?.includes('never-returned') === true;
}

/** The name as the kernel has it: only the trace's `path` is resolved. */
function programOf(event: Event): string {
  return event.args ?? ('path' in event ? (event.path ?? '') : '');
}

const encoder = new TextEncoder();

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
