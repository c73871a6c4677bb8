import { detachText } from '../../base/detach-text.ts';
import { parentOf } from '../../base/posix-path.ts';
import type { Event, EventKind, FileEvent, NamingKind } from '../../model/event.ts';
import { isFileEvent } from '../../model/event.ts';
import { Folders } from './folders.ts';
import { isUnlisted } from './is-unlisted.ts';
import type { Links } from './links.ts';

/** Most paths and renames of paths that are remembered; a large build changes some ten thousand. */
export const maxWitnessed = 500_000;
/** Characters of all of them. */
export const maxWitnessedCharacters = 1 << 27;
/** Most other names of one file that are looked at. */
export const maxAliases = 1000;
/** Roots that are remembered at once: a build has none, a jail has one. */
export const maxRoots = 16;

/** What may be changed for tests at the limit. */
export interface WitnessLimits {
  readonly witnessed: number;
  readonly characters: number;
}

const defaultLimits: WitnessLimits = { witnessed: maxWitnessed, characters: maxWitnessedCharacters };

/**
 * What the trace says was changed, since the tree was looked at last: by any call that can change what lies at a path.
 * Asked whether a change that the disk shows is among them.
 */
export class Witness {
  readonly #links: Links;
  readonly #limits: WitnessLimits;
  /** Paths, with the state of the links in which they were followed. */
  readonly #touched = new Map<string, number>();
  readonly #changed = new Set<string>();
  readonly #moved = new Map<string, Set<string>>();
  readonly #left = new Folders();
  readonly #arrived = new Folders();
  /** What relative names end in whose folder nobody knows. */
  readonly #endings = new Set<string>();
  readonly #endingLengths = new Set<number>();
  /** Folders that a process made its root: a path may be meant from there. */
  readonly #roots = new Set(['']);
  #count = 0;
  #characters = 0;
  #isFull = false;

  constructor(links: Links, limits: Partial<WitnessLimits> = {}) {
    this.#links = links;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Whether there was more than is remembered: then nothing can be called unexplained. */
  get isFull(): boolean {
    return this.#isFull;
  }

  get roots(): ReadonlySet<string> {
    return this.#roots;
  }

  /** Forgets everything: the task has ended, and its mounts and roots with it. */
  clear(): void {
    for (const known of [this.#touched, this.#changed, this.#moved, this.#left, this.#arrived]) known.clear();
    this.#endings.clear();
    this.#endingLengths.clear();
    this.#roots.clear();
    this.#roots.add('');
    this.#count = 0;
    this.#characters = 0;
    this.#isFull = false;
  }

  see(event: Event): void {
    if (event.ok === false || !('path' in event) || event.path === undefined) return;
    const subject = subjects[event.kind];
    // Cut from a chunk of the trace, a name would keep the whole chunk for as long as it is remembered.
    if (subject === 'name' && isFileEvent(event)) this.#seeName(event, detachText(event.path));
    else if (subject === 'content' && changesContent(event, event.path)) this.#touch(event.path);
  }

  /**
   * Whether something that was traced can have changed what is at `path`, also under a name in `aliases`. A file of more
   * names than are looked at may have been changed under any: from then on there is more than is remembered.
   */
  explains(path: string, aliases: readonly string[] = []): boolean {
    if ([path, ...aliases.slice(0, maxAliases)].some(name => this.#isChanged(name))) return true;
    if (aliases.length > maxAliases) this.#isFull = true;
    return this.#isFull;
  }

  /** Whether it, or a folder it is in, was renamed to where it is. */
  arrived(path: string): boolean {
    return this.#arrived.isIn(path);
  }

  /** Whether a rename made what was `from` into what is `to`. */
  hasMoved(from: string, to: string): boolean {
    if (!this.#left.isIn(from)) return false;
    for (let folder = from; ; folder = parentOf(folder)) {
      if (folder === '/') return false;
      const targets = this.#moved.get(folder);
      const rest = from.slice(folder.length);
      if (targets?.has(to.slice(0, to.length - rest.length)) === true && to.endsWith(rest)) return true;
    }
  }

  /** Calls about names themselves: a link at the end is what is meant, not where it leads. */
  #seeName(event: FileEvent, path: string): void {
    const { kind, path2, args, call } = event;
    if (kind === 'file.delete') this.#links.remove(this.#touchName(path));
    if (call === 'chroot' || call === 'pivot_root') this.#root(path);
    if (path2 === undefined) return;
    const other = detachText(path2);
    if (kind === 'file.rename') this.#move(path, other, event);
    // Its link count changes under both names.
    if (kind === 'file.link') for (const name of [path, other]) this.#touchName(name);
    if (kind === 'file.symlink') this.#links.add(this.#touchName(path), other);
    // What is done below the one is done below the other.
    const isBound = kind === 'file.mount' && args?.includes('MS_BIND') === true;
    if (isBound) this.#links.add(this.#nameOf(path), other);
  }

  #root(path: string): void {
    if (!path.startsWith('/') || path === '/' || this.#roots.has(path)) return;
    if (this.#roots.size > maxRoots) this.#isFull = true;
    else this.#roots.add(path);
  }

  #move(from: string, to: string, { args, flags }: FileEvent): void {
    const [one, other] = [this.#touchName(from), this.#touchName(to)];
    for (const left of this.#spellings(from, 'kept')) {
      const targets = this.#moved.get(left) ?? new Set();
      for (const arrived of this.#spellings(to, 'kept')) {
        this.#add(this.#arrived, arrived);
        this.#add(targets, arrived);
      }
      if (targets.size === 0) continue;
      this.#moved.set(left, targets);
      this.#left.add(left);
    }
    if (args?.includes('RENAME_EXCHANGE') !== true) this.#links.move(one, other);
    // The second event of an exchange tells the same change of links from its other end.
    else if (flags?.includes('same-call') !== true) this.#links.exchange(one, other);
  }

  #touch(path: string): void {
    if (this.#touched.get(path) === this.#links.version || this.#isFull || isUnlisted(path)) return;
    const kept = detachText(path);
    this.#keep(kept, 'followed');
    this.#touched.set(kept, this.#links.version);
  }

  /** The same for a name itself; gives the place of it. */
  #touchName(path: string): string {
    if (!isUnlisted(path)) this.#keep(path, 'kept');
    return this.#nameOf(path);
  }

  #keep(path: string, end: 'followed' | 'kept'): void {
    if (!path.startsWith('/')) {
      this.#add(this.#endings, path);
      this.#endingLengths.add(path.length);
    } else for (const one of this.#spellings(path, end)) this.#add(this.#changed, one);
  }

  /** Remembers it, unless there is no more room. */
  #add(known: Pick<Set<string>, 'has'> & { add(text: string): unknown }, text: string): void {
    if (this.#isFull || known.has(text)) return;
    const { witnessed, characters } = this.#limits;
    this.#count += 1;
    this.#characters += text.length;
    this.#isFull = this.#count > witnessed || this.#characters > characters;
    if (!this.#isFull) known.add(text);
  }

  /** All that a path may stand for, from any root. */
  #spellings(path: string, end: 'followed' | 'kept'): readonly string[] {
    const all = new Set([path]);
    for (const root of this.#roots) {
      const followed = this.#links.follow(root + path, end);
      if (followed !== undefined) all.add(followed);
    }
    return [...all];
  }

  /** The place of a name itself, also when it is a link. */
  #nameOf(path: string): string {
    return this.#links.follow(path, 'kept') ?? path;
  }

  #isChanged(name: string): boolean {
    return this.#changed.has(name) || this.#hasEnding(name) || this.arrived(name) || this.#left.isIn(name);
  }

  #hasEnding(path: string): boolean {
    for (const length of this.#endingLengths) {
      const start = path.length - length;
      if (path[start - 1] === '/' && this.#endings.has(path.slice(start))) return true;
    }
    return false;
  }
}

/** What a call changes: what a path leads to, which file a name is of, or neither. A new kind has to say. */
const subjects: Readonly<Partial<Record<EventKind, Subject>> & Record<NamingKind, Subject>> = {
  'file.open': 'content',
  'file.map': 'content',
  'file.write': 'content',
  'file.create': 'content',
  'file.truncate': 'content',
  'file.chmod': 'content',
  'file.chown': 'content',
  'file.attribute': 'content',
  'net.bind': 'content',
  'file.delete': 'name',
  'file.rename': 'name',
  'file.link': 'name',
  'file.symlink': 'name',
  'file.mount': 'name',
  'file.read': 'nothing',
  'file.stat': 'nothing',
  'file.access': 'nothing',
  'file.readlink': 'nothing',
  'file.list': 'nothing',
  'file.chdir': 'nothing',
  'net.socket': 'nothing',
  'net.connect': 'nothing',
  'net.listen': 'nothing',
  'net.accept': 'nothing',
  'net.send': 'nothing',
  'net.recv': 'nothing',
  'net.dns': 'nothing',
  'net.http': 'nothing',
  'net.tls': 'nothing',
};
type Subject = 'content' | 'name' | 'nothing';

function changesContent(event: Event, path: string): boolean {
  if (event.kind === 'net.bind') return path.startsWith('/');
  if (event.kind !== 'file.open' && event.kind !== 'file.map') return true;
  if (event.access === 'write' || event.access === 'read-write') return true;
  return event.kind === 'file.open' && event.args !== undefined && /O_CREAT|O_TRUNC/.test(event.args);
}
