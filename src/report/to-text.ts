import type { Run } from '../model/run.ts';
import { shown } from './encode/shown.ts';
import { boundaryFact, capsReached, seenFacts, sensorFact, titleOf } from './facts/run-facts.ts';
import { behaviourSigns, gradeSigns, integritySign, type Sign } from './facts/signs.ts';
import { duration } from './facts/spelled.ts';
import type { Report } from './report.ts';
import { activityText } from './text/activity-text.ts';
import { findingsText } from './text/findings-text.ts';
import type { TextOptions } from './text/style.ts';
import { hostile, toned } from './text/style.ts';
import { leftText, tasksText } from './text/tasks-text.ts';

/** Runs for people: the verdict, what it rests on, the tasks, and what was looked at. Ends with a line break. */
export function toText({ runs, text }: Report): string {
  return runs.map(({ run }) => runText(run, text)).join('\n\n');
}

function runText(run: Run, options: TextOptions): string {
  const sections = [
    verdictText(run, options),
    findingsText(run.findings, options),
    activityText(run.activity, options),
    tasksText(run.tasks, options),
    leftText(run, options),
    seenText(run, options),
  ];
  return sections
    .filter(lines => lines.length > 0)
    .map(lines => `${lines.join('\n')}\n`)
    .join('\n');
}

function verdictText(run: Run, options: TextOptions): readonly string[] {
  const { grade, behaviour, integrity, reasons } = run.verdict;
  const words = [
    said(grade, gradeSigns[grade], options),
    said(behaviour, behaviourSigns[behaviour], options),
    said(`evidence ${integrity}`, integritySign(integrity), options),
  ];
  return [
    words.join('   '),
    hostile(`${titleOf(run.package)} on ${run.machine.platform}`, options, 0),
    ...reasons.map(reason => `  ${shown(reason)}`),
  ];
}

function said(word: string, [symbol, tone]: Sign, options: TextOptions): string {
  return toned(`${symbol} ${word}`, tone, options);
}

function seenText(run: Run, options: TextOptions): readonly string[] {
  const { machine } = run;
  const caps = capsReached(run.tasks);
  return [
    `${toned('Seen', 'strong', options)}      ${seenFacts(run).join(', ')}`,
    ...sensorText(run, options),
    ...(caps.length === 0 ? [] : [`Limits    ${hostile(`reached: ${caps.join(', ')}`, options, 10)}`]),
    `Boundary  ${toned(boundaryFact(machine), machine.boundary === 'strong' ? 'good' : 'bad', options)}`,
    `Run       ${shown(run.run)}, ${shown(run.started_at)}, ${duration(run.duration_ms)}, recipe ${shown(run.recipe)}`,
  ];
}

function sensorText(run: Run, options: TextOptions): readonly string[] {
  const fact = sensorFact(run.tasks);
  if (fact === undefined) return [];
  return [`Counted   ${toned(shown(fact), fact.startsWith('✓') ? 'good' : 'bad', options)}`];
}
