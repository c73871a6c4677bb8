import { visible } from '../base/visible.ts';
import type { Behaviour, Grade, Integrity, Machine, PackageIdentity, Run } from '../model/run.ts';
import type { TaskResult } from '../model/task.ts';
import { findingsText } from './findings-text.ts';
import type { TextOptions, Tone } from './style.ts';
import { counted, duration, grouped, hostile, toned } from './style.ts';
import { leftText, tasksText } from './tasks-text.ts';

/** A run for people: the verdict, what it rests on, the tasks, and what was looked at. Ends with a line break. */
export function toText(run: Run, options: TextOptions): string {
  const sections = [
    verdictText(run, options),
    findingsText(run.findings, options),
    tasksText(run.tasks, options),
    leftText(run.tasks, options),
    seenText(run, options),
  ];
  return sections
    .filter(lines => lines.length > 0)
    .map(lines => `${lines.join('\n')}\n`)
    .join('\n');
}

const grades: Readonly<Record<Grade, readonly [string, Tone]>> = {
  PASS: ['✓', 'good'],
  FAIL: ['✗', 'worst'],
  UNKNOWN: ['?', 'bad'],
  NA: ['–', 'quiet'],
};

const behaviours: Readonly<Record<Behaviour, readonly [string, Tone]>> = {
  clean: ['✓', 'good'],
  note: ['•', 'note'],
  suspicious: ['▲', 'bad'],
  malicious: ['■', 'worst'],
};

function verdictText(run: Run, options: TextOptions): readonly string[] {
  const { grade, behaviour, integrity, reasons } = run.verdict;
  const words = [
    said(grade, grades[grade], options),
    said(behaviour, behaviours[behaviour], options),
    said(`evidence ${integrity}`, signOf(integrity), options),
  ];
  return [
    words.join('   '),
    hostile(`${titleOf(run.package)} on ${run.machine.platform}`, options, 0),
    ...reasons.map(reason => `  ${visible(reason)}`),
  ];
}

function said(word: string, [symbol, tone]: readonly [string, Tone], options: TextOptions): string {
  return toned(`${symbol} ${word}`, tone, options);
}

function signOf(integrity: Integrity): readonly [string, Tone] {
  return integrity === 'complete' ? ['✓', 'good'] : ['!', 'bad'];
}

function titleOf({ file, name, version, sha256 }: PackageIdentity): string {
  const known = name === null ? file : `${name} ${version ?? ''}`.trim();
  const details = [
    known === file ? undefined : file,
    sha256 === null ? undefined : `sha256 ${sha256.slice(0, 12)}`,
  ];
  const shown = details.filter(detail => detail !== undefined).join(', ');
  return shown === '' ? known : `${known} (${shown})`;
}

function seenText(run: Run, options: TextOptions): readonly string[] {
  const { counts, findings, tasks, machine } = run;
  const matched = new Set(findings.map(finding => finding.rule)).size;
  const ran = tasks.filter(task => task.events > 0).length;
  const seen = [
    `${matched} of ${counted(counts.rules, 'rule')} matched`,
    counted(counts.events, 'event'),
    ...(counts.collapsed === 0 ? [] : [`${grouped(counts.collapsed)} more counted in them`]),
    counted(counts.processes, 'process'),
    `${ran} of ${counted(tasks.length, 'task')} traced`,
    `${counted(counts.diagnostics, 'line')} unreadable`,
    `${counts.lost} lost`,
  ];
  const caps = tasks.flatMap(task => task.caps.map(cap => `${cap} in ${task.name}`));
  return [
    `${toned('Seen', 'strong', options)}      ${seen.join(', ')}`,
    ...sensorText(tasks, options),
    ...(caps.length === 0 ? [] : [`Limits    ${hostile(`reached: ${caps.join(', ')}`, options, 10)}`]),
    `Boundary  ${toned(boundaryText(machine), machine.boundary === 'strong' ? 'good' : 'bad', options)}`,
    `Run       ${visible(run.run)}, ${run.started_at}, ${duration(run.duration_ms)}, recipe ${visible(run.recipe)}`,
  ];
}

/** Whether the kernel's own counts agree with the trace; that nobody counted is said as plainly. */
function sensorText(tasks: readonly TaskResult[], options: TextOptions): readonly string[] {
  const readings = tasks.map(task => task.sensor).filter(one => one !== null);
  const [first] = readings;
  if (first === undefined) return [];
  const label = 'Counted   ';
  if (first.state === 'absent') {
    const sentence = `! by no second sensor in the kernel: ${first.reason}; the trace stands alone`;
    return [`${label}${toned(hostile(sentence, options, 10), 'bad', options)}`];
  }
  const total = (of: 'calls' | 'traced') => readings.reduce((sum, reading) => sum + reading[of], 0);
  const counts = `${counted(total('calls'), 'call')} in the kernel, ${grouped(total('traced'))} of them of traced kinds`;
  const agreeing = readings.filter(one => one.state === 'agrees').length;
  const isWhole = agreeing === readings.length;
  const sentence = `${isWhole ? '✓' : '!'} ${counts}; the trace agrees in ${agreeing} of ${counted(readings.length, 'task')}`;
  return [`${label}${toned(sentence, isWhole ? 'good' : 'bad', options)}`];
}

/** The boundary is named in every report, with the reason that it is what it is. */
function boundaryText({ backend, accelerator, boundary }: Machine): string {
  if (backend === 'none') return 'none: a recorded trace, nothing was run';
  if (boundary === 'strong') return `✓ strong: a virtual machine by hardware (${accelerator})`;
  if (backend === 'qemu') return `! weak: a virtual machine by emulation (${accelerator}), itself jailed`;
  if (backend === 'local') return '! weak: namespaces of this host, only for packages that are trusted';
  return `! weak: ${backend}`;
}
