/** Most links that are remembered; a guest has about a thousand. */
export const maxLinks = 100_000;
/** As many links one after the other as Linux follows. */
const maxHops = 40;

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
  #count = 0;
  #version = 0;

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  clear(): void {
    this.#root.children.clear();
    this.#count = 0;
    this.#version += 1;
  }

  add(path: string, target: string): void {
    if (this.#count >= maxLinks) return;
    this.#count += 1;
    this.#version += 1;
    this.#make(segmentsOf(path)).target = target;
  }

  /** Forgets what is at a path and below it. */
  remove(path: string): void {
    if (this.#take(path) !== undefined) this.#version += 1;
  }

  /** What is at `from`, a link or a folder with links in it, is at `to` from now on. */
  move(from: string, to: string): void {
    const node = this.#take(from);
    const replaced = this.#take(to);
    if (node === undefined && replaced === undefined) return;
    this.#version += 1;
    const name = segmentsOf(to).at(-1);
    if (node !== undefined && name !== undefined) {
      this.#make(segmentsOf(to).slice(0, -1)).children.set(name, node);
    }
  }

  /** Where a path leads; the link at its end is followed unless told otherwise. Undefined when it leads in circles. */
  follow(path: string, end: 'followed' | 'kept' = 'followed'): string | undefined {
    const ahead = segmentsOf(path).reverse();
    let trail: Step[] = [];
    let hops = 0;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      const node = this.#childOf(trail.at(-1), name);
      const isMeant = ahead.length === 0 && end === 'kept';
      if (name === '..') trail.pop();
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

  #make(segments: readonly string[]): Node {
    let node = this.#root;
    for (const name of segments) {
      let child = node.children.get(name);
      if (child === undefined) {
        child = { children: new Map(), target: undefined };
        node.children.set(name, child);
      }
      node = child;
    }
    return node;
  }

  #take(path: string): Node | undefined {
    const segments = segmentsOf(path);
    const name = segments.pop();
    let folder: Node | undefined = this.#root;
    for (const segment of segments) folder = folder?.children.get(segment);
    const node = name === undefined ? undefined : folder?.children.get(name);
    if (name !== undefined && node !== undefined) folder?.children.delete(name);
    return node;
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter(segment => segment !== '' && segment !== '.');
}
