import type { Evidence, Finding } from '../../model/finding.ts';
import { shown } from '../encode/shown.ts';
import { chainLine, evidenceLine, worstFirst } from '../facts/run-facts.ts';
import { severitySigns } from '../facts/signs.ts';
import { counted, grouped } from '../facts/spelled.ts';
import type { TextOptions } from './style.ts';
import { hostile, toned } from './style.ts';

/** Pieces of evidence shown of one finding unless all are asked for. */
export const shownEvidence = 3;

/** The findings, worst first, each with the events it rests on and the processes that led there. */
export function findingsText(findings: readonly Finding[], options: TextOptions): readonly string[] {
  if (findings.length === 0) return [];
  return [
    toned(counted(findings.length, 'finding'), 'strong', options),
    ...worstFirst(findings).flatMap(finding => findingText(finding, options)),
  ];
}

function findingText(finding: Finding, options: TextOptions): readonly string[] {
  const [symbol, tone] = severitySigns[finding.severity];
  const kept = options.verbose ? finding.evidence : finding.evidence.slice(0, shownEvidence);
  const more = finding.matches - kept.length;
  const head = `${shown(finding.title)}  [${finding.phase}] ${shown(finding.rule)}`;
  return [
    `${toned(`${symbol} ${finding.severity}`, tone, options)}  ${head}`,
    ...kept.flatMap(evidence => evidenceText(evidence, options)),
    ...(more > 0 ? [`    … and ${grouped(more)} more`] : []),
  ];
}

function evidenceText(evidence: Evidence, options: TextOptions): readonly string[] {
  const frame = evidence.frame === null ? [] : [`      at ${hostile(evidence.frame, options, 9)}`];
  const chain = chainLine(evidence.chain);
  return [
    `    ${hostile(evidenceLine(evidence), options, 4)}`,
    ...frame,
    ...(chain === '' ? [] : [`      ${toned(hostile(chain, options, 6), 'quiet', options)}`]),
  ];
}
