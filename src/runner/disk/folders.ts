import { parentOf } from '../../base/posix-path.ts';

/**
 * Folders, and which paths are in them. Asked of a whole tree it looks at each folder of that once: the way up is as long
 * as a package makes it, and to look at all of it for each path in a chain of folders would take hours.
 */
export class Folders {
  readonly #all = new Set<string>();
  readonly #answers = new Map<string, boolean>();

  add(path: string): void {
    this.#all.add(path);
    this.#answers.clear();
  }

  has(path: string): boolean {
    return this.#all.has(path);
  }

  clear(): void {
    this.#all.clear();
    this.#answers.clear();
  }

  /** Whether a path is one of them, or below one. */
  isIn(path: string): boolean {
    if (this.#all.size === 0) return false;
    const passed: string[] = [];
    let answer: boolean | undefined;
    for (let folder = path; folder !== '/' && answer === undefined; folder = parentOf(folder)) {
      answer = this.#all.has(folder) || this.#answers.get(folder);
      if (answer === undefined) passed.push(folder);
    }
    for (const folder of passed) this.#answers.set(folder, answer === true);
    return answer === true;
  }
}
