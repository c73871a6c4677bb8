import type { Run } from '../../model/run.ts';
import { orderTasks } from '../../runner/order.ts';
import type { Recipe } from '../../runner/recipes.ts';
import type { Task } from '../../runner/task.ts';
import { tasks } from '../../runner/tasks.ts';
import { cannotRebuild } from './cannot-rebuild.ts';

/**
 * The recipe that a sealed run was made by: its own tasks in their order, whatever the recipe of that name holds today.
 * Refuses a run whose tasks this version does not have, or would not take in that order.
 */
export function sealedRecipe(sealed: Run): Recipe {
  const own = sealed.tasks.map(({ name, phase }): Task => {
    const task = tasks.find(one => one.name === name);
    if (task === undefined) throw cannotRebuild(sealed, `this Buildhaus has no task ${name}`);
    return { ...task, phase };
  });
  const ordered = orderOf(own, sealed);
  const other = ordered.find((task, index) => task !== own[index]);
  if (other !== undefined) throw cannotRebuild(sealed, `this Buildhaus takes ${other.name} at another place`);
  return { name: sealed.recipe, tasks: ordered };
}

function orderOf(own: readonly Task[], sealed: Run): readonly Task[] {
  try {
    return orderTasks(own);
  } catch (cause) {
    throw cannotRebuild(sealed, 'its tasks are not enough for each other any more', cause);
  }
}
