import type { Integrity, Run } from '../../model/run.ts';
import type { TaskResult } from '../../model/task.ts';
import { shown } from '../encode/shown.ts';
import { statusSigns } from '../facts/signs.ts';
import { counted, duration, grouped } from '../facts/spelled.ts';
import type { TextOptions } from './style.ts';
import { hostile, toned } from './style.ts';

/** Lines of a failed task's output that are shown unless all that was kept is asked for. */
export const shownOutputLines = 8;
/** Leftovers shown unless all are asked for. */
export const shownLeftovers = 10;

/** The tasks as a table: status, time, events, and what it did or why not. */
export function tasksText(tasks: readonly TaskResult[], options: TextOptions): readonly string[] {
  const head = `    ${'Tasks'.padEnd(12)}  ${''.padEnd(14)}  ${'time'.padStart(12)}  ${'events'.padStart(9)}`;
  return [toned(head, 'strong', options), ...tasks.flatMap(task => taskText(task, options))];
}

/** What was still there after uninstall: files that differ from before install, and processes of any task. */
export function leftText({ tasks, verdict }: Run, options: TextOptions): readonly string[] {
  const leftovers = tasks.flatMap(task => task.leftovers);
  const survivors = tasks.flatMap(task => task.survivors.map(survivor => ({ task: task.name, survivor })));
  if (leftovers.length + survivors.length === 0)
    return isCompared(tasks, verdict.integrity) ? ['Leftovers: none'] : [];
  const counts = [counted(leftovers.length, 'path'), counted(survivors.length, 'process')];
  const kept = options.verbose ? leftovers : leftovers.slice(0, shownLeftovers);
  return [
    toned(`Leftovers: ${counts.join(', ')}`, 'strong', options),
    ...kept.map(({ path, change }) => `  ${change.padEnd(8)}  ${hostile(path, options, 12)}`),
    ...(kept.length < leftovers.length ? [`  … and ${grouped(leftovers.length - kept.length)} more`] : []),
    ...survivors.map(
      ({ task, survivor }) =>
        `  running   ${hostile(`[${survivor.pid}] ${survivor.command}, since ${task}`, options, 12)}`,
    ),
  ];
}

/** A machine that did not show its files, or was lost, leaves a run worse than timed out: then nobody looked. */
function isCompared(tasks: readonly TaskResult[], integrity: Integrity): boolean {
  if (tasks.some(task => task.caps.includes('tree-size'))) return false;
  const hasUninstall = tasks.some(task => task.phase === 'uninstall' && task.events > 0);
  return hasUninstall && (integrity === 'complete' || integrity === 'truncated' || integrity === 'timed-out');
}

function taskText(task: TaskResult, options: TextOptions): readonly string[] {
  const [symbol, tone] = statusSigns[task.status];
  const ran = task.status !== 'skipped' && (task.events > 0 || task.duration_ms > 0);
  const cells = [
    shown(task.name).padEnd(12),
    toned(task.status.padEnd(14), tone, options),
    (ran ? duration(task.duration_ms) : '').padStart(12),
    (ran ? grouped(task.events) : '').padStart(9),
  ];
  const line = `  ${toned(symbol, tone, options)} ${cells.join('  ')}  ${reasonText(task, options)}`;
  return [line.trimEnd(), ...outputText(task, options)];
}

/** What the table has room for; the reasons of a failure stand in full above, at the verdict. */
function reasonText(task: TaskResult, options: TextOptions): string {
  return options.verbose ? shown(task.reason) : hostile(task.reason, options, 59);
}

/** The end of what a failed task printed; of every task when all is asked for. */
function outputText(task: TaskResult, options: TextOptions): readonly string[] {
  const isFailure = task.status === 'failed' || task.status === 'timed-out' || task.status === 'error';
  if (!isFailure && !options.verbose) return [];
  const lines = [...linesOf(task.stdout_tail), ...linesOf(task.stderr_tail)];
  const kept = options.verbose ? lines : lines.slice(-shownOutputLines);
  return kept.map(line => toned(`      │ ${hostile(line, options, 8)}`, 'quiet', options));
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter(line => line.trim() !== '');
}
