import { expect, test } from 'vitest';
import { sealedRecipe } from '../../../src/app/journal/sealed-recipe.ts';
import type { Phase } from '../../../src/model/task.ts';
import { runWith, taskWith } from '../../helpers/runs.ts';

const sealed = (...names: readonly Phase[]) =>
  runWith({ recipe: 'standard', tasks: names.map(name => taskWith({ name, phase: name })) });

const namesOf = (recipe: ReturnType<typeof sealedRecipe>) => recipe.tasks.map(({ name }) => name);

test('a run is made of its own tasks in its own order, whatever its recipe holds today', () => {
  const recipe = sealedRecipe(sealed('start', 'fetch', 'unpack', 'build'));
  expect([recipe.name, ...namesOf(recipe)]).toEqual(['standard', 'start', 'fetch', 'unpack', 'build']);
});

test('a task keeps the phase that it had', () => {
  const run = runWith({ tasks: [taskWith({ name: 'start', phase: 'import' })] });
  expect(sealedRecipe(run).tasks).toMatchObject([{ name: 'start', phase: 'import' }]);
});

test.each([
  [
    'that is not known',
    runWith({ tasks: [taskWith({ name: 'begin' })] }),
    'this Buildhaus has no task begin',
  ],
  [
    'that needs what no other gives',
    sealed('fetch', 'build'),
    'its tasks are not enough for each other any more',
  ],
  [
    'that comes before what it needs',
    sealed('fetch', 'build', 'unpack'),
    'this Buildhaus takes unpack at another place',
  ],
])('a task %s is refused, with the version that made the run', (_, run, why) => {
  expect(() => sealedRecipe(run)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message: `run ${run.run} cannot be rebuilt: ${why}`,
      help: expect.stringContaining('Buildhaus 0.1.0'),
    }),
  );
});
