import type { Evidence, Finding } from '../model/finding.ts';
import type { Run } from '../model/run.ts';
import { csvLine } from './encode/csv-line.ts';
import { chainLine, worstFirst, worthFacts } from './facts/run-facts.ts';
import type { Report } from './report.ts';

/**
 * Every piece of evidence as a row, with its finding and its run. A run without findings is a row too, so that an empty
 * table never stands for a clean package.
 */
export function toCsv({ runs }: Report): string {
  const rows = runs.flatMap(({ run }) => {
    const found = worstFirst(run.findings).flatMap(finding => findingRows(run, finding));
    return found.length === 0 ? [runCells(run)] : found;
  });
  return [columns, ...rows].map(csvLine).join('');
}

const columns = [
  'run',
  'package',
  'version',
  'sha256',
  'platform',
  'grade',
  'behaviour',
  'integrity',
  'boundary',
  'counted',
  'limits',
  'rule',
  'severity',
  'title',
  'phase',
  'task',
  'matches',
  'seq',
  'at_ns',
  'kind',
  'call',
  'summary',
  'frame',
  'chain',
];

type Cells = readonly (string | number | null)[];

function findingRows(run: Run, finding: Finding): readonly Cells[] {
  const { rule, severity, title, phase, task, matches } = finding;
  const cells = [...runCells(run), rule, severity, title, phase, task, matches];
  if (finding.evidence.length === 0) return [cells];
  return finding.evidence.map(evidence => [...cells, ...evidenceCells(evidence)]);
}

function runCells(run: Run): Cells {
  const { file, name, version, sha256 } = run.package;
  const { grade, behaviour, integrity } = run.verdict;
  const { boundary, counted, limits } = worthFacts(run);
  const verdict = [grade, behaviour, integrity, boundary, counted, limits];
  return [run.run, name ?? file, version, sha256, run.machine.platform, ...verdict];
}

function evidenceCells({ seq, at_ns, kind, call, summary, frame, chain }: Evidence): Cells {
  return [seq, at_ns, kind, call, summary, frame, chainLine(chain)];
}
