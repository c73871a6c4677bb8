import type { Evidence, Finding } from '../../model/finding.ts';
import { type Markup, markup } from '../encode/markup.ts';
import { evidenceLine, worstFirst } from '../facts/run-facts.ts';
import { severitySigns } from '../facts/signs.ts';
import { counted, grouped } from '../facts/spelled.ts';
import { wordOf } from './word.ts';

/** The findings, worst first: each a sentence, and below it the events it rests on. */
export function findingsHtml(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return markup`<h2>No findings</h2>\n`;
  return markup`<h2>${counted(findings.length, 'finding')}</h2>
${worstFirst(findings).map(findingHtml)}`;
}

function findingHtml(finding: Finding): Markup {
  const sign = severitySigns[finding.severity];
  const more = finding.matches - finding.evidence.length;
  const rest = more > 0 ? markup`<p>… and ${grouped(more)} more</p>\n` : undefined;
  return markup`<article class="finding ${sign[1]}">
<h3>${wordOf(finding.severity, sign)} ${finding.title}</h3>
<p>in <code>${finding.task}</code> (${finding.phase}), rule <code>${finding.rule}</code></p>
<details open><summary>${counted(finding.matches, 'event')}</summary>
<ol>
${finding.evidence.map(evidenceHtml)}</ol>
${rest}</details>
</article>
`;
}

function evidenceHtml(evidence: Evidence): Markup {
  const frame =
    evidence.frame === null
      ? undefined
      : markup`<br>at <code>${evidence.frame}</code> <span class="quiet">(a hint)</span>`;
  const links = evidence.chain.map(link => markup`<li><code>${link.command} [${link.pid}]</code></li>`);
  const chain =
    links.length === 0
      ? undefined
      : markup`<details><summary class="quiet">by ${counted(links.length, 'process')}, from the task's command down</summary><ol>${links}</ol></details>`;
  return markup`<li><code>${evidenceLine(evidence)}</code>${frame}${chain}</li>\n`;
}
