import { assertDefined } from '../../src/base/assert.ts';
import { limitsOf } from '../../src/runner/limits.ts';
import { type Recipe, recipeNamed } from '../../src/runner/recipes.ts';
import type { Task } from '../../src/runner/task.ts';
import { tasks } from '../../src/runner/tasks.ts';
import type { PlayedCase } from './expectation.ts';

/** Unpacks as tar does: where the archive is no part of the attack, a shell and tar take a tenth of the probe's time. */
const unpack: Task = {
  ...taskNamed('unpack'),
  codes: 'plain',
  argv: ({ file }) => [
    ...['/bin/sh', '-c', 'mkdir project && exec tar -xzf "$1" -C project --strip-components=1', 'sh', file],
  ],
};

/** Runs setup.py as a build would, without the build around it. */
const act: Task = {
  ...taskNamed('build'),
  name: 'act',
  codes: 'plain',
  needs: ['source'],
  limits: limitsOf(120),
  argv: () => ['/usr/bin/python3', 'project/setup.py'],
};

/** Once more, after the disk was looked at: what the first time made is there before it, and no longer news. */
const again: Task = { ...act, name: 'again' };

/** The same with what a probe of ours is given: above all the stream of hints. */
const actAsProbe: Task = { ...act, codes: 'probe' };

const install: Task = { ...taskNamed('install'), needs: [] };

const recipes: Readonly<Record<PlayedCase['recipe'], Recipe>> = {
  act: { name: 'act', tasks: [unpack, act] },
  'act-again': { name: 'act-again', tasks: [unpack, act, again] },
  'act-as-probe': { name: 'act-as-probe', tasks: [unpack, actAsProbe] },
  'act-then-start': { name: 'act-then-start', tasks: [unpack, act, taskNamed('start')] },
  unpack: { name: 'unpack', tasks: [taskNamed('unpack')] },
  install: { name: 'install', tasks: [install, taskNamed('start'), taskNamed('import')] },
  quick: recipeNamed('quick'),
  standard: recipeNamed('standard'),
};

/** The tasks of a case, with the limits it asks for. */
export function recipeOf({ recipe, limits }: PlayedCase): Recipe {
  const { name, tasks: all } = recipes[recipe];
  const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
  return { name, tasks: all.map(task => ({ ...task, limits: { ...task.limits, ...given } })) };
}

function taskNamed(name: string): Task {
  return assertDefined(
    tasks.find(task => task.name === name),
    `task ${name}`,
  );
}
