import { assertNever } from '../../base/assert.ts';
import type { Evidence, Finding } from '../../model/finding.ts';
import { severities } from '../../model/finding.ts';
import { type Machine, nameOf, type PackageIdentity, type Run } from '../../model/run.ts';
import type { TaskResult } from '../../model/task.ts';
import { counted, grouped } from './spelled.ts';

/** The package as it calls itself, with the file it came in. Hostile text. */
export function titleOf(identity: PackageIdentity): string {
  const { file, sha256 } = identity;
  const known = nameOf(identity);
  const details = [
    known === file ? undefined : file,
    sha256 === null ? undefined : `sha256 ${sha256.slice(0, 12)}`,
  ];
  const shown = details.filter(detail => detail !== undefined).join(', ');
  return shown === '' ? known : `${known} (${shown})`;
}

/** Findings, worst first. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || compare(a.rule, b.rule),
  );
}

/** What was looked at: the proof that nothing found means something. */
export function seenFacts({ counts, findings, tasks }: Run): readonly string[] {
  const matched = new Set(findings.map(finding => finding.rule)).size;
  const ran = tasks.filter(task => task.events > 0).length;
  return [
    `${matched} of ${counted(counts.rules, 'rule')} matched`,
    counted(counts.events, 'event'),
    ...(counts.collapsed === 0 ? [] : [`${grouped(counts.collapsed)} more counted in them`]),
    counted(counts.processes, 'process'),
    `${ran} of ${counted(tasks.length, 'task')} traced`,
    `${counted(counts.diagnostics, 'line')} unreadable`,
    `${counts.lost} lost`,
  ];
}

/** Whether the kernel's own counts agree with the trace; that nobody counted is said as plainly. */
export function sensorFact(tasks: readonly TaskResult[]): string | undefined {
  const readings = tasks.map(task => task.sensor).filter(one => one !== null);
  const [first] = readings;
  if (first === undefined) return undefined;
  if (first.state === 'absent') {
    return `! by no second sensor in the kernel: ${first.reason}; the trace stands alone`;
  }
  const total = (of: 'calls' | 'traced') => readings.reduce((sum, reading) => sum + reading[of], 0);
  const counts = `${counted(total('calls'), 'call')} in the kernel, ${grouped(total('traced'))} of them of traced kinds`;
  const agreeing = readings.filter(one => one.state === 'agrees').length;
  const sign = agreeing === readings.length ? '✓' : '!';
  return `${sign} ${counts}; the trace agrees in ${agreeing} of ${counted(readings.length, 'task')}`;
}

/** The limits that were reached, in which task, and how much of it was not kept. */
export function capsReached(tasks: readonly TaskResult[]): readonly string[] {
  return tasks.flatMap(({ name, caps, dropped }) =>
    caps.map(cap => {
      const bytes = Object.hasOwn(dropped, cap) ? dropped[cap] : undefined;
      return `${cap} in ${name}${bytes === undefined ? '' : ` (${counted(bytes, 'byte')} dropped)`}`;
    }),
  );
}

/** The boundary, which every report names, and why it is what it is. */
export function boundaryFact({ backend, accelerator, boundary }: Machine): string {
  switch (backend) {
    case 'qemu':
      if (boundary === 'strong') return `✓ strong: a virtual machine by hardware (${accelerator})`;
      return `! weak: a virtual machine by emulation (${accelerator}), itself jailed`;
    case 'local':
      return `! ${boundary}: namespaces of this host, only for packages that are trusted`;
    case 'remote':
      // No machine of ours: nobody here has seen what contains it.
      return `${boundary === 'strong' ? '•' : '!'} ${boundary} by its owner's word: a machine reached over SSH`;
    case 'memory':
      return `! ${boundary}: a function in memory, no machine`;
    case 'none':
      return 'none: a recorded trace, nothing was run';
    default:
      return assertNever(backend);
  }
}

/** What the evidence is worth: what contained the package, who counted it besides, which limits cut it. Hostile text. */
export interface WorthFacts {
  readonly boundary: string;
  readonly counted: string;
  readonly limits: string;
}

/** The same of a run, for the forms of a report that are read by programs. */
export function worthFacts({ machine, tasks }: Run): WorthFacts {
  return {
    boundary: boundaryFact(machine),
    counted: sensorFact(tasks) ?? 'by no second sensor',
    limits: capsReached(tasks).join(', ') || 'none',
  };
}

/** One piece of evidence on a line: when, which event, and what it did. Hostile text. */
export function evidenceLine({ at_ns, seq, kind, call, summary }: Evidence): string {
  const what = call === null ? kind : `${kind} (${call})`;
  return `${(at_ns / 1e9).toFixed(6)} s #${seq} ${what}  ${summary}`;
}

/** The processes from the task's command down to the one that acted. Hostile text. */
export function chainLine(chain: Evidence['chain']): string {
  return chain.map(link => `${link.command} [${link.pid}]`).join(' > ');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
