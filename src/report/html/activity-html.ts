import type { Activity, SeenProcess } from '../../model/activity.ts';
import { type Markup, markup } from '../encode/markup.ts';
import { type ActList, actFact, actLists, processFact, verbOf } from '../facts/activity-facts.ts';
import { grouped } from '../facts/spelled.ts';

/** What the processes of a recorded trace did: their tree, and what they did to files, keys, hosts and names. */
export function activityHtml(activity: Activity | undefined): Markup | undefined {
  if (activity === undefined) return undefined;
  return markup`${processesHtml(activity.processes, activity.more.processes)}${actLists(activity).map(actsHtml)}`;
}

function processesHtml(processes: readonly SeenProcess[], more: number): Markup | undefined {
  if (processes.length === 0) return undefined;
  const lines = processes.map(
    process =>
      markup`${'  '.repeat(process.depth)}${process.command}  <span class="quiet">${processFact(process)}</span>\n`,
  );
  return markup`<h2>Processes</h2>
<pre>${lines}</pre>
${moreHtml(more)}`;
}

function actsHtml({ title, acts, more }: ActList): Markup | undefined {
  if (acts.length === 0) return undefined;
  const items = acts.map(
    act =>
      markup`<li>${verbOf(act)} <code>${act.what}</code> <span class="quiet">${actFact(act)}</span></li>\n`,
  );
  return markup`<h2>${title}</h2>
<ul>
${items}</ul>
${moreHtml(more)}`;
}

function moreHtml(count: number): Markup | undefined {
  return count === 0 ? undefined : markup`<p>… and ${grouped(count)} more</p>\n`;
}
