import { createHash } from 'node:crypto';
import { shippedPath } from '../host/shipped-path.ts';
import { addSources } from './hash-path.ts';
import type { ImageRecipe } from './image-recipe.ts';

/** Raise when the way images are built changes what is in them, so that old ones are built again. */
const builderVersion = 1;

/** The guest's own programs: what an image carries besides the operating system. */
const guestPrograms = ['guest/agent', 'guest/probes', 'proto/evidence.proto'];

/** Names an image by all that decides its content; `base` names the part that is slow to make. */
export interface Digests {
  readonly base: string;
  readonly image: string;
}

/** The digests an image of this recipe has when it is built now. */
export async function computeDigests(recipe: ImageRecipe): Promise<Digests> {
  const base = createHash('sha256').update(`builder ${builderVersion}\n${JSON.stringify(recipe)}\n`);
  await addSources(base, shippedPath('images/common'), 'common');
  const baseDigest = base.digest('hex');
  const image = createHash('sha256').update(`${baseDigest}\n`);
  for (const name of guestPrograms) await addSources(image, shippedPath(name), name);
  return { base: baseDigest, image: image.digest('hex') };
}
