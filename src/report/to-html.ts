import type { Run } from '../model/run.ts';
import { jsonIsland, type Markup, markup, styleElement } from './encode/markup.ts';
import { boundaryFact, capsReached, seenFacts, sensorFact, titleOf } from './facts/run-facts.ts';
import { behaviourSigns, gradeSigns, integritySign } from './facts/signs.ts';
import { duration } from './facts/spelled.ts';
import { activityHtml } from './html/activity-html.ts';
import { findingsHtml } from './html/findings-html.ts';
import { styleSheet, styleSheetHash } from './html/style-sheet.ts';
import { leftHtml, tasksHtml } from './html/tasks-html.ts';
import { wordOf } from './html/word.ts';
import type { Report } from './report.ts';
import { toJson } from './to-json.ts';

/**
 * One page that needs nothing: no script, no server, no network. Its policy lets in its own style sheet by its hash and
 * nothing else, so that even markup that got past the encoder could neither run nor load anything. The JSON report stands
 * in it too, for programs.
 */
export function toHtml({ runs, exitCode }: Report): string {
  const titles = runs.map(({ run }) => `${titleOf(run.package)} on ${run.machine.platform}`);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${`default-src 'none'; style-src '${styleSheetHash}'; base-uri 'none'; form-action 'none'`}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${titles.join('; ')} - Buildhaus</title>
${styleElement(styleSheet)}
</head>
<body>
<main>
${runs.map(({ run }) => runHtml(run))}</main>
${jsonIsland('report', toJson(runs, exitCode))}
</body>
</html>
`.toString();
}

function runHtml(run: Run): Markup {
  const { grade, behaviour, integrity, reasons } = run.verdict;
  return markup`<section>
<h1>${titleOf(run.package)} on ${run.machine.platform}</h1>
<p class="verdict">${wordOf(grade, gradeSigns[grade])} ${wordOf(behaviour, behaviourSigns[behaviour])} ${wordOf(`evidence ${integrity}`, integritySign(integrity))}</p>
<ul>
${reasons.map(reason => markup`<li>${reason}</li>\n`)}</ul>
${findingsHtml(run.findings)}${activityHtml(run.activity)}${tasksHtml(run.tasks)}${leftHtml(run.tasks)}${factsHtml(run)}</section>
`;
}

function factsHtml(run: Run): Markup {
  const { package: identity, machine } = run;
  const caps = capsReached(run.tasks);
  const sensor = sensorFact(run.tasks);
  const facts: readonly (readonly [string, string])[] = [
    ['Seen', seenFacts(run).join(', ')],
    ...(sensor === undefined ? [] : [['Counted', sensor] as const]),
    ...(caps.length === 0 ? [] : [['Limits reached', caps.join(', ')] as const]),
    ['Boundary', boundaryFact(machine)],
    ['Package', identity.file],
    ['sha256', identity.sha256 ?? 'unknown'],
    ['Image', machine.image],
    ['Run', run.run],
    ['Started', `${run.started_at}, took ${duration(run.duration_ms)}`],
    ['Recipe', run.recipe],
    ['Buildhaus', run.buildhaus],
  ];
  return markup`<h2>What was looked at</h2>
<dl>
${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>
`;
}
