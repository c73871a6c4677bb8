import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/user-error.ts';
import type { ImageRecipe } from './image-recipe.ts';

/** Refuses a tree whose Python is not the one its recipe names: its reports would speak of a Python that never ran. */
export async function checkPython(
  tree: string,
  recipe: Pick<ImageRecipe, 'python' | 'suite'>,
): Promise<void> {
  // Debian's python3 is a link to the version it brings: `python3.11`.
  const target = await readlink(join(tree, 'usr/bin/python3')).catch(() => '');
  const found = /^python(\d+\.\d+)$/.exec(target)?.[1];
  if (found === recipe.python) return;
  if (found === undefined) {
    throw new UserError(`${recipe.suite} got no /usr/bin/python3`, {
      kind: 'usage',
      help: 'add the package that brings it to "packages" in the platform\'s file in images/',
    });
  }
  throw new UserError(`the recipe names Python ${recipe.python}, but ${recipe.suite} has ${found}`, {
    kind: 'usage',
    help: `in images/, name the platform's file, its "platform" and its "python" after ${found}`,
  });
}
