import { assertDefined } from '../base/assert.ts';
import { UserError } from '../base/user-error.ts';
import type { Task } from './task.ts';
import { tasks } from './tasks.ts';

/** A named set of tasks. */
export interface Recipe {
  readonly name: string;
  readonly tasks: readonly Task[];
}

const taskNames = {
  standard: ['fetch', 'unpack', 'build', 'install', 'start', 'import', 'entry-points', 'test', 'uninstall'],
  quick: ['fetch', 'unpack', 'build', 'install', 'start', 'import', 'uninstall'],
} as const satisfies Record<string, readonly string[]>;

/** The recipe that is used when none is asked for. */
export const defaultRecipe = 'standard' satisfies keyof typeof taskNames;

/** Every recipe. */
export const recipes: readonly Recipe[] = Object.entries(taskNames).map(([name, names]) => ({
  name,
  tasks: names.map(taskName =>
    assertDefined(
      tasks.find(task => task.name === taskName),
      `task ${taskName}`,
    ),
  ),
}));

/** Finds a recipe by name; an unknown one is the user's error and names those there are. */
export function recipeNamed(name: string): Recipe {
  const recipe = recipes.find(one => one.name === name);
  if (recipe !== undefined) return recipe;
  const known = recipes.map(one => one.name).join(', ');
  throw new UserError(`there is no recipe "${name}"`, { kind: 'usage', help: `recipes: ${known}` });
}
