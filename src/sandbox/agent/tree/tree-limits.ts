import { CapReached } from '../../../model/caps.ts';

/** How much of a guest's tree is looked at. */
export interface TreeLimits {
  readonly entries: number;
  /** Of the paths and targets of all entries. */
  readonly characters: number;
  /** Of one answer. */
  readonly bytes: number;
}

/**
 * An image has some twenty thousand files, and no package as many as that ten times over. The agent would tell of a million.
 * What is known is held up to three times while a run goes on, at a kilobyte an entry.
 */
export const treeLimits: TreeLimits = { entries: 250_000, characters: 1 << 25, bytes: 1 << 26 };

/** Of a tree beyond its limits nothing is used: half of it would look like deletions. */
export function treeTooLarge(what: keyof TreeLimits, limits: TreeLimits): CapReached {
  return new CapReached('tree-size', `its files come to more than ${limits[what]} ${what}`);
}
