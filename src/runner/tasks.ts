import { within } from '../model/places.ts';
import { limitsOf } from './limits.ts';
import type { Facts, Task } from './task.ts';

/** Every task there is, in the order of a package's life. Limits suit an emulated machine, some ten times slower. */
export const tasks = [
  {
    name: 'fetch',
    phase: 'fetch',
    needs: [],
    gives: ['dependencies'],
    network: 'index',
    limits: limitsOf(600),
    codes: 'probe',
    argv: facts => probe('fetch', facts),
  },
  {
    name: 'unpack',
    phase: 'unpack',
    needs: [],
    gives: ['source'],
    network: 'deny',
    limits: limitsOf(120),
    codes: 'probe',
    notFor: { wheel: 'a wheel is installed as it is' },
    argv: facts => probe('unpack', facts),
  },
  {
    name: 'build',
    phase: 'build',
    needs: ['source', 'dependencies'],
    gives: ['wheel'],
    network: 'deny',
    limits: limitsOf(1200),
    codes: 'probe',
    argv: facts => probe('build', facts),
  },
  {
    name: 'install',
    phase: 'install',
    needs: ['wheel', 'dependencies'],
    gives: ['installed'],
    network: 'deny',
    limits: limitsOf(300),
    codes: 'probe',
    tree: 'before',
    argv: facts => probe('install', facts),
  },
  {
    name: 'start',
    phase: 'start',
    // Needs nothing: a build that failed may have left a path file behind all the same.
    needs: [],
    gives: [],
    network: 'deny',
    limits: limitsOf(60),
    codes: 'plain',
    argv: ({ places }) => [places.venvPython, '-c', 'pass'],
  },
  {
    name: 'import',
    phase: 'import',
    needs: ['installed'],
    gives: [],
    network: 'deny',
    limits: limitsOf(600),
    codes: 'probe',
    argv: facts => probe('import', facts),
  },
  {
    name: 'entry-points',
    phase: 'entry-points',
    needs: ['installed'],
    gives: [],
    network: 'deny',
    limits: limitsOf(300),
    codes: 'probe',
    argv: facts => probe('entry-points', facts),
  },
  {
    name: 'test',
    phase: 'test',
    needs: ['source', 'installed'],
    gives: [],
    network: 'deny',
    limits: limitsOf(1800),
    codes: 'probe',
    notFor: { wheel: 'a wheel brings no tests' },
    argv: facts => probe('test', facts),
  },
  {
    name: 'uninstall',
    phase: 'uninstall',
    needs: ['installed'],
    gives: [],
    network: 'deny',
    limits: limitsOf(180),
    codes: 'probe',
    tree: 'after',
    argv: facts => probe('uninstall', facts),
  },
] as const satisfies readonly Task[];

function probe(name: string, { file, places }: Facts): readonly string[] {
  return [...places.python, '-I', within(places, places.probes, `${name}.py`), file];
}
