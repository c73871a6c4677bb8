import type { TaskResult } from '../../model/task.ts';
import { type Markup, markup } from '../encode/markup.ts';
import { statusSigns } from '../facts/signs.ts';
import { counted, duration, grouped } from '../facts/spelled.ts';
import { wordOf } from './word.ts';

/** Most lines of a list of leftovers in the page; JSON and SQL have all of them. */
export const maxShownLeft = 1_000;

/** The tasks as a table, with the end of what each one printed. */
export function tasksHtml(tasks: readonly TaskResult[]): Markup {
  return markup`<h2>Tasks</h2>
<div class="wide"><table>
<thead><tr><th scope="col">task</th><th scope="col">status</th><th scope="col" class="number">time</th><th scope="col" class="number">events</th><th scope="col">what it did</th></tr></thead>
<tbody>
${tasks.map(taskRow)}</tbody>
</table></div>
`;
}

/** What was still there after uninstall: files that differ from before install, and processes of any task. */
export function leftHtml(tasks: readonly TaskResult[]): Markup | undefined {
  const paths = tasks.flatMap(task => task.leftovers);
  const processes = tasks.flatMap(task => task.survivors.map(survivor => ({ task: task.name, ...survivor })));
  if (paths.length + processes.length === 0) return undefined;
  const rest = paths.length - maxShownLeft;
  const more = rest > 0 ? markup`<li>… and ${grouped(rest)} more</li>\n` : undefined;
  return markup`<h2>Left behind: ${counted(paths.length, 'path')}, ${counted(processes.length, 'process')}</h2>
<ul>
${paths.slice(0, maxShownLeft).map(({ path, change }) => markup`<li>${change} <code>${path}</code></li>\n`)}${more}${processes.map(({ task, pid, command }) => markup`<li>running <code>[${pid}] ${command}</code> since ${task}</li>\n`)}</ul>
`;
}

function taskRow(task: TaskResult): Markup {
  return markup`<tr><th scope="row"><code>${task.name}</code></th><td>${wordOf(task.status, statusSigns[task.status])}</td><td class="number">${duration(task.duration_ms)}</td><td class="number">${grouped(task.events)}</td><td>${task.reason}${testsHtml(task)}${outputHtml(task)}</td></tr>
`;
}

function testsHtml({ tests }: TaskResult): Markup | undefined {
  if (tests === null) return undefined;
  const { framework, passed, failed, skipped, errors } = tests;
  return markup`<br><span class="quiet">${framework} says: ${passed} passed, ${failed} failed, ${skipped} skipped, ${errors} errors</span>`;
}

function outputHtml({ stdout_tail, stderr_tail }: TaskResult): Markup | undefined {
  const lines = [...stdout_tail.split('\n'), ...stderr_tail.split('\n')].filter(line => line.trim() !== '');
  if (lines.length === 0) return undefined;
  return markup`<details><summary class="quiet">the end of its output</summary><pre>${lines.map(line => markup`${line}\n`)}</pre></details>`;
}
