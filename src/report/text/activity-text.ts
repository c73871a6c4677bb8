import type { Activity, SeenAct, SeenProcess } from '../../model/activity.ts';
import { grouped } from '../facts/spelled.ts';
import { hostile, type TextOptions, toned } from './style.ts';

/** Entries of each list unless all are asked for. */
export const shownActs = 12;
export const shownProcesses = 40;

/** What the processes of a recorded trace did: their tree, and what they did to files, keys, hosts and names. */
export function activityText(activity: Activity | undefined, options: TextOptions): readonly string[] {
  if (activity === undefined) return [];
  const { processes, files, registry, network, names, more } = activity;
  return [
    ...processesText(processes, more.processes, options),
    ...actsText('Files', files, more.files, options),
    ...actsText('Registry', registry, more.registry, options),
    ...actsText('Network', network, more.network, options),
    ...actsText('Names', names, more.names, options),
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
    const end = process.exit_code === null ? '' : `, ended with ${process.exit_code}`;
    const about = `[${process.pid}]${process.wasFound ? ', was there before' : ''}${end}`;
    return `${' '.repeat(indent)}${hostile(process.command, options, indent + about.length + 2)}  ${toned(about, 'quiet', options)}`;
  });
  return [
    toned('Processes', 'strong', options),
    ...lines,
    ...moreText(processes.length - kept.length + more),
  ];
}

function actsText(
  title: string,
  acts: readonly SeenAct[],
  more: number,
  options: TextOptions,
): readonly string[] {
  if (acts.length === 0) return [];
  const kept = options.verbose ? acts : acts.slice(0, shownActs);
  const lines = kept.map(({ kind, what, pid, times }) => {
    const about = `[${pid}]${times === 1 ? '' : `, ${grouped(times)} times`}`;
    const verb = kind.slice(kind.indexOf('.') + 1).padEnd(8);
    return `  ${verb}  ${hostile(what, options, 14 + about.length)}  ${toned(about, 'quiet', options)}`;
  });
  return [toned(title, 'strong', options), ...lines, ...moreText(acts.length - kept.length + more)];
}

function moreText(count: number): readonly string[] {
  return count === 0 ? [] : [`  … and ${grouped(count)} more`];
}
