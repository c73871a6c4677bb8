import { type CapName, capsOf } from '../../model/caps.ts';
import type { Event } from '../../model/event.ts';
import type { Places } from '../../model/places.ts';
import type { TreeEntry } from '../../model/ports.ts';
import type { Numbering } from '../../model/trace.ts';
import type { Timeline } from '../timeline.ts';
import { type ComparablePaths, comparablePaths } from './comparable-paths.ts';
import { type Difference, differencesBetween } from './differences.ts';
import { type DiskChange, diskEvent, type Standing } from './disk-events.ts';
import { Links } from './links.ts';
import { OpenedPaths } from './opened-paths.ts';
import { placeOf, resolveNames } from './resolve-names.ts';
import { Witness } from './witness.ts';

/**
 * Most changes of the disk that become events of one task: those first that nothing explains, then those of what was
 * there before the package came, then of what was there before the task; last what a service may have done. Nobody
 * hides a loss behind what he makes.
 */
export const maxDiskEvents = 50_000;
/** A change time is of the kernel's last tick: it may be a little before what changed. */
const tickNs = 20_000_000;

/** The part of a task in which its command ran, and whether all of it was traced. */
export interface Watched {
  /** Undefined when it never said that it started. */
  readonly startedNs: number | undefined;
  readonly endedNs: number;
  readonly isTraceWhole: boolean;
}

/** What a task did to the disk. */
export interface DiskChanges {
  readonly events: readonly Event[];
  /** Named caps that were reached. */
  readonly caps: readonly CapName[];
}

/**
 * Holds the disk against the trace: the tree is looked at before the first task and after each one, and what differs
 * must be something that was traced. Nothing runs between two tasks, so the tree after one is the tree before the next;
 * where it was not, the change time says so. On Windows services go on all the time, and what they do is not among the
 * events: there a change that nothing explains is told, and held against nobody (docs/decisions/0014).
 */
export class DiskWatch {
  readonly #numbering: Numbering;
  readonly #timeline: Timeline;
  readonly #comparable: ComparablePaths;
  readonly #hasServices: boolean;
  readonly #links = new Links();
  readonly #witness = new Witness(this.#links);
  readonly #opened = new OpenedPaths(this.#links, this.#witness);
  #tree: readonly TreeEntry[] | undefined;
  /** The paths of the first tree. */
  #paths: ReadonlySet<string> | undefined;
  /** Of the first task since the tree was looked at. */
  #startedNs: number | undefined;
  #isTraceWhole = true;

  constructor(numbering: Numbering, timeline: Timeline, places: Pick<Places, 'separator'>) {
    this.#numbering = numbering;
    this.#timeline = timeline;
    this.#comparable = comparablePaths(places);
    this.#hasServices = places.separator === '\\';
  }

  /** The tree as it was looked at last. */
  get tree(): readonly TreeEntry[] | undefined {
    return this.#tree;
  }

  /** Takes the tree that the first task finds. */
  begin(tree: readonly TreeEntry[]): void {
    this.#tree = tree;
    this.#paths ??= new Set(tree.map(({ path }) => path));
    this.#witness.clear();
    this.#links.clear();
    for (const { path, target } of tree) if (target !== undefined) this.#links.add(path, target);
  }

  /** Sees an event of the running task; gives it as it is to be kept, or undefined while that is not known. */
  see(event: Event): Event | undefined {
    if (this.#tree === undefined) return resolveNames(event, this.#links);
    const judged = this.#opened.judge(event);
    const kept = judged && resolveNames(judged, this.#links);
    this.#witness.see(this.#comparable.eventOf(event));
    return kept;
  }

  /** Where a path leads after all that was seen. */
  placeOf(path: string): string {
    return path.startsWith('/') ? placeOf(path, 'followed', this.#links) : path;
  }

  /** The task has ended: gives the events that were held back. */
  release(): readonly Event[] {
    return this.#opened.release().map(event => resolveNames(event, this.#links));
  }

  /** A task has ended and the tree could not be looked at: what it did will be found after a later one. */
  postpone(watched: Watched): void {
    this.#startedNs ??= watched.startedNs;
    this.#isTraceWhole &&= watched.isTraceWhole;
  }

  /** What differs in the tree after a task. */
  compare(tree: readonly TreeEntry[], watched: Watched): DiskChanges {
    this.postpone(watched);
    const before = this.#tree;
    const names = this.#namesOf([...(before ?? []), ...tree]);
    const changes = [...differencesBetween(before ?? tree, tree)].map(one => this.#judge(one, names));
    const shown = [...changes]
      .sort((one, other) => this.#weightOf(other) - this.#weightOf(one))
      .slice(0, maxDiskEvents);
    const caps = capsOf({
      'disk-changes': changes.length > shown.length,
      'changed-paths': this.#witness.isFull,
      links: this.#links.isFull,
      'tree-depth': tree.some(entry => entry.type === 'directory' && entry.is_unread === true),
    });
    this.begin(tree);
    this.#startedNs = undefined;
    this.#isTraceWhole = true;
    return { events: shown.map(change => this.#toEvent(change, watched)), caps };
  }

  #judge(difference: Difference, names: ReadonlyMap<string, readonly string[]>): DiskChange {
    const { path, after, before } = difference;
    const shared = after?.shared_with ?? before?.shared_with;
    const aliases = shared === undefined ? [] : names.get(shared);
    const isExplained = this.#witness.explains(this.#comparable.pathOf(path), aliases);
    if (this.#hasServices) {
      // Whoever may write a file may set its times there: none says when it changed.
      const standing = isExplained && !this.#witness.isFull ? 'explained' : 'unattributed';
      return { difference, isEarlier: false, standing };
    }
    const canJudge = this.#isTraceWhole && !this.#witness.isFull && !this.#links.isFull;
    const isEarlier = canJudge && this.#isEarlier(difference);
    const isUnexplained = isEarlier || (canJudge && !isExplained);
    return { difference, isEarlier, standing: isUnexplained ? 'unexplained' : 'explained' };
  }

  #weightOf({ difference: { path, before }, standing }: DiskChange): number {
    const wasFirst = before !== undefined && this.#paths?.has(path) === true;
    return weights[standing] + 2 * Number(wasFirst) + Number(before !== undefined);
  }

  /** Every change but one by a renamed folder leaves its time. */
  #isEarlier({ path, after }: Difference): boolean {
    if (after === undefined || this.#startedNs === undefined || this.#witness.arrived(path)) return false;
    return this.#timeline.sinceStart(after.ctime_ns) < this.#startedNs - tickNs;
  }

  /** The names of each file that has several. */
  #namesOf(entries: readonly TreeEntry[]): ReadonlyMap<string, readonly string[]> {
    const names = new Map<string, string[]>();
    for (const { shared_with, path } of entries) {
      if (shared_with === undefined) continue;
      const known = names.get(shared_with);
      if (known === undefined) names.set(shared_with, [path]);
      else known.push(path);
    }
    return names;
  }

  #toEvent(change: DiskChange, { startedNs, endedNs }: Watched): Event {
    const { after } = change.difference;
    const changedNs = after === undefined ? undefined : this.#timeline.sinceStart(after.ctime_ns);
    // What was moved with its folder kept its time.
    const isTimeKnown =
      changedNs !== undefined && changedNs >= (startedNs ?? endedNs) - tickNs && changedNs <= endedNs;
    return diskEvent(change, {
      seq: this.#numbering.nextSeq(),
      atNs: isTimeKnown ? changedNs : endedNs,
      isTimeKnown,
    });
  }
}

/** What is told first where not all can be: more than all else that speaks for a change. */
const weights: Readonly<Record<Standing, number>> = { unexplained: 4, explained: 0, unattributed: -4 };
