import { visible } from '../base/visible.ts';
import type { Evidence, Finding, Severity } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import type { TextOptions, Tone } from './style.ts';
import { counted, grouped, hostile, toned } from './style.ts';

/** Pieces of evidence shown of one finding unless all are asked for. */
export const shownEvidence = 3;

/** The findings, worst first, each with the events it rests on and the processes that led there. */
export function findingsText(findings: readonly Finding[], options: TextOptions): readonly string[] {
  if (findings.length === 0) return [];
  const sorted = [...findings].sort(
    (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || compare(a.rule, b.rule),
  );
  return [
    toned(counted(findings.length, 'finding'), 'strong', options),
    ...sorted.flatMap(finding => findingText(finding, options)),
  ];
}

const signs: Readonly<Record<Severity, readonly [string, Tone]>> = {
  info: ['•', 'note'],
  low: ['•', 'note'],
  medium: ['▲', 'bad'],
  high: ['▲', 'bad'],
  critical: ['■', 'worst'],
};

function findingText(finding: Finding, options: TextOptions): readonly string[] {
  const [symbol, tone] = signs[finding.severity];
  const shown = options.verbose ? finding.evidence : finding.evidence.slice(0, shownEvidence);
  const more = finding.matches - shown.length;
  const head = `${visible(finding.title)}  [${finding.phase}] ${visible(finding.rule)}`;
  return [
    `${toned(`${symbol} ${finding.severity}`, tone, options)}  ${head}`,
    ...shown.flatMap(evidence => evidenceText(evidence, options)),
    ...(more > 0 ? [`    … and ${grouped(more)} more`] : []),
  ];
}

function evidenceText(evidence: Evidence, options: TextOptions): readonly string[] {
  const call = evidence.call === null ? evidence.kind : `${evidence.kind} (${evidence.call})`;
  const line = `${seconds(evidence.at_ns)} #${evidence.seq} ${call}  ${evidence.summary}`;
  const frame = evidence.frame === null ? [] : [`      at ${hostile(evidence.frame, options, 9)}`];
  const chain = evidence.chain.map(link => `${link.command} [${link.pid}]`).join(' > ');
  return [
    `    ${hostile(line, options, 4)}`,
    ...frame,
    ...(chain === '' ? [] : [`      ${toned(hostile(chain, options, 6), 'quiet', options)}`]),
  ];
}

/** Time since the run's start, to the microsecond: `12.345678 s`. */
function seconds(atNs: number): string {
  return `${(atNs / 1e9).toFixed(6)} s`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
