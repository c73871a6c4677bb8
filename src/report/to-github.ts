import { clip } from '../base/clip.ts';
import { isAtLeast, type Severity } from '../model/finding.ts';
import type { Run } from '../model/run.ts';
import { type AnnotationLevel, workflowCommand } from './encode/workflow-command.ts';
import { placeOfFrame } from './facts/file-place.ts';
import { evidenceLine, seenFacts, titleOf, worstFirst, worthFacts } from './facts/run-facts.ts';
import type { Report } from './report.ts';

/**
 * Workflow commands of GitHub Actions: an annotation for each finding, at the line of the source folder where it is
 * known, worst first, since only the first ten of a kind are shown. The last one is the verdict.
 */
export function toGithub({ runs, failOn }: Report): string {
  return runs.map(({ run }) => [...findingLines(run, failOn), verdictLine(run)].join('')).join('');
}

/** Longest of the facts that a machine or a package may have lengthened. */
export const maxFactLength = 200;

function findingLines(run: Run, failOn: Severity): readonly string[] {
  return worstFirst(run.findings).map(finding => {
    const level: AnnotationLevel = isAtLeast(finding.severity, failOn) ? 'error' : 'warning';
    const [first] = finding.evidence;
    const title = `${finding.severity}: ${finding.title} (${finding.rule})`;
    const message = `${finding.phase} of ${titleOf(run.package)} on ${run.machine.platform}`;
    const evidence = first === undefined ? '' : `: ${evidenceLine(first)}`;
    // Only the files of a source folder are the files of the checkout.
    const found = run.package.kind === 'folder' ? placeOfFrame(first?.frame ?? null) : undefined;
    const place = found === undefined ? {} : { file: found.path, line: found.line };
    return workflowCommand(level, { title, ...place }, `${message}${evidence}`);
  });
}

function verdictLine(run: Run): string {
  const { grade, behaviour, integrity, reasons } = run.verdict;
  const { boundary, counted, limits } = worthFacts(run);
  const level = grade === 'PASS' && integrity === 'complete' ? 'notice' : 'warning';
  const title = `${titleOf(run.package)} on ${run.machine.platform}: ${grade}, ${behaviour}, evidence ${integrity}`;
  // Facts stand before what may be long: a message is cut at its end.
  const facts = [
    `boundary ${boundary}`,
    `counted: ${clip(counted, maxFactLength)}`,
    `limits reached: ${clip(limits, maxFactLength)}`,
    seenFacts(run).join(', '),
  ];
  return workflowCommand(level, { title }, [...facts, ...reasons].join('; '));
}
