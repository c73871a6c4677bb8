import type { Activity, SeenAct, SeenProcess } from '../../model/activity.ts';
import { grouped } from './spelled.ts';

/** The lists of an activity but its processes, in the order in which reports show them. */
export function actLists(activity: Activity): readonly ActList[] {
  const { files, registry, network, names, more } = activity;
  return [
    { title: 'Files', acts: files, more: more.files },
    { title: 'Registry', acts: registry, more: more.registry },
    { title: 'Network', acts: network, more: more.network },
    { title: 'Names', acts: names, more: more.names },
  ];
}

/** One list: what was done, and how much of it is left out. */
export interface ActList {
  readonly title: string;
  readonly acts: readonly SeenAct[];
  readonly more: number;
}

/** `write`: what was done, without the kind of thing that it was done to. */
export function verbOf({ kind }: SeenAct): string {
  return kind.slice(kind.indexOf('.') + 1);
}

/** `[500], 3 times`. */
export function actFact({ pid, times }: SeenAct): string {
  return `[${pid}]${times === 1 ? '' : `, ${grouped(times)} times`}`;
}

/** `[500], was there before, ended with 0`. */
export function processFact({ pid, wasFound, exit_code }: SeenProcess): string {
  const end = exit_code === null ? '' : `, ended with ${exit_code}`;
  return `[${pid}]${wasFound ? ', was there before' : ''}${end}`;
}
