import type { TaskLimits } from '../model/evidence.ts';
import type { Places } from '../model/places.ts';
import type { NetworkMode, PackageKind } from '../model/run.ts';
import type { Phase } from '../model/task.ts';

/** What tasks hand to each other inside the guest; a task runs when all it needs has been given. */
export type Product = 'dependencies' | 'source' | 'wheel' | 'installed';

/** What a task's command is made from: facts about the package and the machine, none of them said by the guest. */
export interface Facts {
  /** The package's file in the guest. */
  readonly file: string;
  readonly home: string;
  readonly places: Places;
}

/** One step of a package's life, as data. Adding a task: a row in `tasks.ts`, its name in `recipes.ts`. */
export interface Task {
  readonly name: string;
  readonly phase: Phase;
  readonly needs: readonly Product[];
  readonly gives: readonly Product[];
  /** Network mode while an index is served; without an index every task has `deny`. */
  readonly network: NetworkMode;
  readonly limits: TaskLimits;
  /** A probe tells "not applicable" and "took too long" by its exit code; a plain command has no such codes. */
  readonly codes: 'probe' | 'plain';
  /** Whether leftovers are counted from before this task, or found after it. */
  readonly tree?: 'before' | 'after';
  /** Why there is nothing to do for such a package. */
  readonly notFor?: Partial<Record<PackageKind, string>>;
  readonly argv: (facts: Facts) => readonly string[];
}
