import { detachText } from '../../base/detach-text.ts';

/** Most links and folders on the way to them that are remembered; a guest has some thousand. */
export const maxLinks = 100_000;
/** As many links one after the other as Linux follows. */
export const maxHops = 40;

interface Node {
  readonly children: Map<string, Node>;
  /** Where it leads, when it is a link. */
  target: string | undefined;
}

/** A segment of a path on its way; without a node there are no links below it. */
interface Step {
  readonly name: string;
  readonly node: Node | undefined;
}

/**
 * The symbolic links of a machine as they are at a moment: taken from a tree, then kept up by what is traced. Folders
 * that hold none are not in it, so following a path that meets none costs a look or two.
 */
export class Links {
  readonly #root: Node = { children: new Map(), target: undefined };
  readonly #limit: number;
  #count = 0;
  #version = 0;
  #isFull = false;

  constructor(limit: number = maxLinks) {
    this.#limit = limit;
  }

  /** Whether there was more than is remembered: then nobody knows where a path leads. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  clear(): void {
    this.#root.children.clear();
    this.#count = 0;
    this.#version += 1;
    this.#isFull = false;
  }

  add(path: string, target: string): void {
    const node = this.#make(segmentsOf(path));
    if (node === undefined) return;
    this.#version += 1;
    node.target = target;
  }

  /** Forgets what is at a path and below it. */
  remove(path: string): void {
    const node = this.#cut(path);
    if (node === undefined) return;
    this.#version += 1;
    this.#count -= sizeOf(node);
  }

  /** What is at `from`, a link or a folder with links in it, is at `to` from now on. */
  move(from: string, to: string): void {
    const node = this.#cut(from);
    this.remove(to);
    if (node !== undefined) this.#put(to, node);
  }

  /** What is at each of two paths is at the other from now on. */
  exchange(one: string, other: string): void {
    const [first, second] = [this.#cut(one), this.#cut(other)];
    if (first !== undefined) this.#put(other, first);
    if (second !== undefined) this.#put(one, second);
  }

  /**
   * Where a path leads; the link at its end is followed unless told otherwise. Undefined when it leads in circles. Behind
   * what may be a link in `/proc`, `/sys` or `/dev`, a `..` stays: nobody knows where to.
   */
  follow(path: string, end: 'followed' | 'kept' = 'followed'): string | undefined {
    const ahead = segmentsOf(path).reverse();
    let trail: Step[] = [];
    let hops = 0;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      const node = this.#childOf(trail.at(-1), name);
      const isMeant = ahead.length === 0 && end === 'kept';
      if (name === '..') stepBack(trail);
      else if (node?.target === undefined || isMeant) trail.push({ name, node });
      else {
        hops += 1;
        if (hops > maxHops) return undefined;
        if (node.target.startsWith('/')) trail = [];
        ahead.push(...segmentsOf(node.target).reverse());
      }
    }
    return `/${trail.map(step => step.name).join('/')}`;
  }

  #childOf(step: Step | undefined, name: string): Node | undefined {
    const folder = step === undefined ? this.#root : step.node;
    return folder?.children.get(name);
  }

  #put(path: string, node: Node): void {
    this.#version += 1;
    const segments = segmentsOf(path);
    const name = segments.pop();
    const folder = this.#make(segments);
    if (name === undefined || folder === undefined) this.#count -= sizeOf(node);
    else folder.children.set(detachText(name), node);
  }

  /** Undefined when there is no room for it. */
  #make(segments: readonly string[]): Node | undefined {
    let node = this.#root;
    for (const name of segments) {
      let child = node.children.get(name);
      if (child === undefined) {
        if (this.#count >= this.#limit) {
          this.#isFull = true;
          return undefined;
        }
        this.#count += 1;
        child = { children: new Map(), target: undefined };
        // A slice of the path would keep all of it.
        node.children.set(detachText(name), child);
      }
      node = child;
    }
    return node;
  }

  /** Takes what is at a path out of its folder, and every folder out of its own that holds nothing then. */
  #cut(path: string): Node | undefined {
    const way: { readonly folder: Node; readonly name: string }[] = [];
    let node = this.#root;
    for (const name of segmentsOf(path)) {
      const child = node.children.get(name);
      if (child === undefined) return undefined;
      way.push({ folder: node, name });
      node = child;
    }
    const last = way.pop();
    if (last === undefined) return undefined;
    last.folder.children.delete(last.name);
    let left = last.folder;
    for (let step = way.pop(); step !== undefined && isEmpty(left); step = way.pop()) {
      step.folder.children.delete(step.name);
      this.#count -= 1;
      left = step.folder;
    }
    return node;
  }
}

/** Out of a folder; what may be a link that only the kernel knows is no folder, and where `..` leads from there stays open. */
function stepBack(trail: Step[]): void {
  const [first, second] = trail;
  const isOpen = second !== undefined && viewsOfTheKernel.test(`/${first?.name}/${second.name}`);
  if (isOpen) trail.push({ name: '..', node: undefined });
  else trail.pop();
}

/** `/proc/self/cwd/..` is the folder above the one that a process is in. */
const viewsOfTheKernel = /^\/(?:proc|sys|dev(?!\/shm$))\//;

function isEmpty(node: Node): boolean {
  return node.children.size === 0 && node.target === undefined;
}

/** How many places a node is, with all below it. */
function sizeOf(node: Node): number {
  const open = [node];
  let size = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    size += 1;
    for (const child of next.children.values()) open.push(child);
  }
  return size;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter(segment => segment !== '' && segment !== '.');
}
