import type { Activity, SeenProcess } from '../../model/activity.ts';
import { shown } from '../encode/shown.ts';
import { type ActList, actFact, actLists, processFact, verbOf } from '../facts/activity-facts.ts';
import { grouped } from '../facts/spelled.ts';
import { hostile, type TextOptions, toned } from './style.ts';

/** Entries of each list unless all are asked for. */
export const shownActs = 12;
export const shownProcesses = 40;

/** What the processes of a recorded trace did: their tree, and what they did to files, keys, hosts and names. */
export function activityText(activity: Activity | undefined, options: TextOptions): readonly string[] {
  if (activity === undefined) return [];
  return [
    ...processesText(activity.processes, activity.more.processes, options),
    ...actLists(activity).flatMap(list => actsText(list, options)),
  ];
}

function processesText(
  processes: readonly SeenProcess[],
  more: number,
  options: TextOptions,
): readonly string[] {
  if (processes.length === 0) return [];
  const kept = options.verbose ? processes : processes.slice(0, shownProcesses);
  const lines = kept.map(process => {
    const indent = 2 + 2 * process.depth;
    const about = processFact(process);
    return `${' '.repeat(indent)}${hostile(process.command, options, indent + about.length + 2)}  ${toned(about, 'quiet', options)}`;
  });
  return [
    toned('Processes', 'strong', options),
    ...lines,
    ...moreText(processes.length - kept.length + more),
  ];
}

function actsText({ title, acts, more }: ActList, options: TextOptions): readonly string[] {
  if (acts.length === 0) return [];
  const kept = options.verbose ? acts : acts.slice(0, shownActs);
  const lines = kept.map(act => {
    const about = actFact(act);
    return `  ${shown(verbOf(act)).padEnd(8)}  ${hostile(act.what, options, 14 + about.length)}  ${toned(about, 'quiet', options)}`;
  });
  return [toned(title, 'strong', options), ...lines, ...moreText(acts.length - kept.length + more)];
}

function moreText(count: number): readonly string[] {
  return count === 0 ? [] : [`  … and ${grouped(count)} more`];
}
