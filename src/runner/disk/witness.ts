import { detachText } from '../../base/detach-text.ts';
import { parentOf } from '../../base/posix-path.ts';
import type { Event, EventKind, FileEvent } from '../../model/event.ts';
import { isUnlisted } from './is-unlisted.ts';
import type { Links } from './links.ts';

/** Most paths that are remembered as changed; a large build changes some ten thousand. */
export const maxWitnessed = 500_000;
/** Most other names of one file that are looked at. */
const maxAliases = 1000;

/**
 * What the trace says was changed, since the tree was looked at last: by any call that can change what lies at a path.
 * Asked whether a change that the disk shows is among them.
 */
export class Witness {
  readonly #links: Links;
  /** Paths, with the state of the links in which they were followed. */
  readonly #touched = new Map<string, number>();
  readonly #changed = new Set<string>();
  readonly #moved = new Map<string, Set<string>>();
  readonly #arrived = new Set<string>();
  readonly #aliases = new Map<string, Set<string>>();
  /** What relative names end in whose folder nobody knows. */
  readonly #endings = new Set<string>();
  /** Folders that a process made its root: a path may be meant from there. */
  readonly #roots = new Set(['']);
  #isFull = false;

  constructor(links: Links) {
    this.#links = links;
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
    for (const known of [this.#touched, this.#changed, this.#moved, this.#arrived, this.#aliases])
      known.clear();
    this.#endings.clear();
    this.#roots.clear();
    this.#roots.add('');
    this.#isFull = false;
  }

  see(event: Event): void {
    if (event.ok === false || !('path' in event) || event.path === undefined) return;
    const subject = subjects[event.kind];
    if (subject === 'name' && isAboutFile(event)) this.#seeName(event, event.path);
    else if (subject === 'content' && changesContent(event, event.path)) this.#touch(event.path);
  }

  /** Whether something that was traced can have changed what is at `path`, also under a name in `aliases`. */
  explains(path: string, aliases: readonly string[] = []): boolean {
    return this.#namesOf(path, aliases).some(
      name => this.#changed.has(name) || this.#hasEnding(name) || this.arrived(name) || this.#hasLeft(name),
    );
  }

  /** Whether it, or a folder it is in, was renamed to where it is. */
  arrived(path: string): boolean {
    return isBelow(path, this.#arrived);
  }

  /** Whether a rename made what was `from` into what is `to`. */
  hasMoved(from: string, to: string): boolean {
    for (let folder = from; ; folder = parentOf(folder)) {
      const rest = folder === '/' ? from : from.slice(folder.length);
      for (const arrived of this.#moved.get(folder) ?? []) if (arrived + rest === to) return true;
      if (folder === '/') return false;
    }
  }

  /** Calls about names themselves: a link at the end is what is meant, not where it leads. */
  #seeName({ kind, path2, args, call }: FileEvent, path: string): void {
    if (kind === 'file.delete') this.#links.remove(this.#touchName(path));
    if (call === 'chroot' || call === 'pivot_root') this.#root(path);
    if (path2 === undefined) return;
    if (kind === 'file.rename') this.#move(path, path2);
    if (kind === 'file.link') this.#link(path, path2);
    if (kind === 'file.symlink') this.#links.add(this.#touchName(path), detachText(path2));
    // What is done below the one is done below the other.
    const isBound = kind === 'file.mount' && args?.includes('MS_BIND') === true;
    if (isBound) this.#links.add(this.#nameOf(path), detachText(path2));
  }

  #root(path: string): void {
    if (path.startsWith('/') && path !== '/' && this.#roots.size < maxRoots)
      this.#roots.add(detachText(path));
  }

  #move(from: string, to: string): void {
    const [one, other] = [this.#touchName(from), this.#touchName(to)];
    for (const left of this.#spellings(from, 'kept')) {
      const targets = this.#moved.get(left) ?? new Set();
      for (const arrived of this.#spellings(to, 'kept')) {
        if (!this.#hasRoom()) return;
        targets.add(arrived);
        this.#arrived.add(arrived);
      }
      this.#moved.set(left, targets);
    }
    this.#links.move(one, other);
  }

  #link(from: string, to: string): void {
    const [one, other] = [this.#touchName(from), this.#touchName(to)];
    for (const [name, alias] of [[one, other] as const, [other, one] as const]) {
      this.#aliases.set(name, (this.#aliases.get(name) ?? new Set()).add(alias));
    }
  }

  #touch(path: string): void {
    if (this.#touched.get(path) === this.#links.version) return;
    const kept = this.#keep(path, 'followed');
    if (kept !== undefined) this.#touched.set(kept, this.#links.version);
  }

  /** The same for a name itself; gives the place of it. */
  #touchName(path: string): string {
    this.#keep(path, 'kept');
    return this.#nameOf(path);
  }

  #keep(path: string, end: 'followed' | 'kept'): string | undefined {
    if (isUnlisted(path) || !this.#hasRoom()) return undefined;
    const kept = detachText(path);
    if (!kept.startsWith('/')) this.#endings.add(kept);
    else for (const one of this.#spellings(kept, end)) this.#changed.add(one);
    return kept;
  }

  #hasRoom(): boolean {
    const count = this.#changed.size + this.#arrived.size + this.#endings.size;
    if (count >= maxWitnessed) this.#isFull = true;
    return !this.#isFull;
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

  #namesOf(path: string, aliases: readonly string[]): readonly string[] {
    const names = new Set([path, ...aliases.slice(0, maxAliases)]);
    for (const name of names) {
      for (const alias of this.#aliases.get(name) ?? []) if (names.size < maxAliases) names.add(alias);
    }
    return [...names];
  }

  #hasLeft(path: string): boolean {
    return isBelow(path, this.#moved);
  }

  #hasEnding(path: string): boolean {
    if (this.#endings.size === 0) return false;
    for (
      let slash = path.lastIndexOf('/');
      slash >= 0;
      slash = slash === 0 ? -1 : path.lastIndexOf('/', slash - 1)
    ) {
      if (this.#endings.has(path.slice(slash + 1))) return true;
    }
    return false;
  }
}

/** Roots that are remembered at once: a build has none, a jail has one. */
const maxRoots = 16;

/** What a call changes: what a path leads to, or which file a name is of. */
const subjects: Partial<Record<EventKind, 'content' | 'name'>> = {
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
};

function isAboutFile(event: Event): event is FileEvent {
  return event.kind.startsWith('file.');
}

function changesContent(event: Event, path: string): boolean {
  if (event.kind === 'net.bind') return path.startsWith('/');
  if (event.kind !== 'file.open' && event.kind !== 'file.map') return true;
  if (event.access === 'write' || event.access === 'read-write') return true;
  return event.kind === 'file.open' && event.args !== undefined && /O_CREAT|O_TRUNC/.test(event.args);
}

function isBelow(path: string, folders: { readonly has: (path: string) => boolean }): boolean {
  for (let folder = path; folder !== '/'; folder = parentOf(folder)) if (folders.has(folder)) return true;
  return false;
}
