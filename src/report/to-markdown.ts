import type { Evidence, Finding } from '../model/finding.ts';
import type { PackageIdentity, Run } from '../model/run.ts';
import type { TaskResult } from '../model/task.ts';
import { markdownCode } from './encode/markdown-code.ts';
import {
  boundaryFact,
  capsReached,
  chainLine,
  evidenceLine,
  seenFacts,
  sensorFact,
  titleOf,
  worstFirst,
} from './facts/run-facts.ts';
import {
  behaviourSigns,
  gradeSigns,
  integritySign,
  type Sign,
  severitySigns,
  statusSigns,
} from './facts/signs.ts';
import { counted, duration, grouped } from './facts/spelled.ts';
import type { Report } from './report.ts';
import { shownEvidence } from './text/findings-text.ts';
import { shownLeftovers } from './text/tasks-text.ts';

/**
 * A run as an issue, a comment, or a report to an index's reviewers: what a package said stands in code spans, where
 * nothing of it is a link, a mention or HTML.
 */
export function toMarkdown({ runs }: Report): string {
  return runs.map(({ run }) => runSection(run)).join('\n');
}

function runSection(run: Run): string {
  const { grade, behaviour, integrity, reasons } = run.verdict;
  const words = [
    said(grade, gradeSigns[grade]),
    said(behaviour, behaviourSigns[behaviour]),
    said(`evidence ${integrity}`, integritySign(integrity)),
  ];
  const parts = [
    [`## ${words.join(' · ')}`],
    [`${markdownCode(titleOf(run.package))} on ${markdownCode(run.machine.platform)}`],
    reasons.map(reason => `* ${markdownCode(reason)}`),
    findingsPart(run.findings),
    tasksPart(run.tasks),
    leftPart(run.tasks),
    factsPart(run),
  ];
  return parts
    .filter(lines => lines.length > 0)
    .map(lines => `${lines.join('\n')}\n`)
    .join('\n');
}

function said(word: string, [symbol]: Sign): string {
  return `${symbol} ${word}`;
}

function findingsPart(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  return [
    `### ${counted(findings.length, 'finding')}`,
    '',
    ...worstFirst(findings).flatMap(finding => {
      const shown = finding.evidence.slice(0, shownEvidence);
      const more = finding.matches - shown.length;
      return [
        `* **${said(finding.severity, severitySigns[finding.severity])}** ${markdownCode(finding.title)} in ${finding.phase}, rule ${markdownCode(finding.rule)}`,
        ...shown.flatMap(evidenceLines),
        ...(more > 0 ? [`  * … and ${grouped(more)} more`] : []),
      ];
    }),
  ];
}

function evidenceLines(evidence: Evidence): readonly string[] {
  const chain = chainLine(evidence.chain);
  return [
    `  * ${markdownCode(evidenceLine(evidence))}`,
    ...(evidence.frame === null ? [] : [`    * at ${markdownCode(evidence.frame)}`]),
    ...(chain === '' ? [] : [`    * by ${markdownCode(chain)}`]),
  ];
}

function tasksPart(tasks: readonly TaskResult[]): readonly string[] {
  const rows = tasks.map(task => {
    const status = said(task.status, statusSigns[task.status]);
    const cells = [markdownCode(task.name), status, duration(task.duration_ms), grouped(task.events)];
    return `| ${[...cells, markdownCode(task.reason)].join(' | ')} |`;
  });
  return ['| task | status | time | events | what it did |', '| --- | --- | ---: | ---: | --- |', ...rows];
}

function leftPart(tasks: readonly TaskResult[]): readonly string[] {
  const left = [
    ...tasks.flatMap(task => task.leftovers.map(({ change, path }) => `${change} ${markdownCode(path)}`)),
    ...tasks.flatMap(task =>
      task.survivors.map(({ pid, command }) => `running ${markdownCode(`[${pid}] ${command}`)}`),
    ),
  ];
  if (left.length === 0) return [];
  const shown = left.slice(0, shownLeftovers);
  const more = left.length - shown.length;
  return [
    '### Left behind',
    '',
    ...shown.map(line => `* ${line}`),
    ...(more > 0 ? [`* … and ${grouped(more)} more`] : []),
  ];
}

function factsPart(run: Run): readonly string[] {
  const { package: identity, machine } = run;
  const caps = capsReached(run.tasks);
  const sensor = sensorFact(run.tasks);
  const inspector = inspectorUrl(identity);
  return [
    `* Seen: ${seenFacts(run).join(', ')}`,
    ...(sensor === undefined ? [] : [`* Counted: ${markdownCode(sensor)}`]),
    ...(caps.length === 0 ? [] : [`* Limits reached: ${markdownCode(caps.join(', '))}`]),
    `* Boundary: ${boundaryFact(machine)}`,
    ...(identity.sha256 === null ? [] : [`* sha256: ${markdownCode(identity.sha256)}`]),
    ...(inspector === undefined ? [] : [`* Its files, if it is on PyPI: <${inspector}>`]),
    `* Run ${markdownCode(run.run)} of ${markdownCode(run.started_at)}, recipe ${markdownCode(run.recipe)}, Buildhaus ${markdownCode(run.buildhaus)}`,
  ];
}

/** PyPI's form for malware reports asks for this address. Only for a name and a version that can be ones (PEP 508, 440). */
function inspectorUrl({ kind, name, version }: PackageIdentity): string | undefined {
  if (kind !== 'sdist' && kind !== 'wheel') return undefined;
  const isName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/.test(name ?? '');
  const isVersion = /^[A-Za-z0-9](?:[A-Za-z0-9.!+_-]{0,98}[A-Za-z0-9])?$/.test(version ?? '');
  if (!isName || !isVersion) return undefined;
  return `https://inspector.pypi.io/project/${name}/${encodeURIComponent(version ?? '')}/`;
}
