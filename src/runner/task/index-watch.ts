import { clip } from '../../base/clip.ts';
import { messageOf } from '../../base/message-of.ts';
import type { PackageIndex } from '../../model/ports.ts';

/** Longest story of an index that failed: it may quote what the guest asked for. */
export const maxIndexFailure = 500;

/** The index, and how it failed first: the guest, who is only told that it did, tells nobody why. */
export function watchIndex(index: PackageIndex | null) {
  let failure: string | undefined;
  const ask: PackageIndex | null =
    index === null
      ? null
      : request =>
          index(request).catch((error: unknown) => {
            failure ??= clip(messageOf(error), maxIndexFailure);
            throw error;
          });
  return { index: ask, failure: () => failure };
}
