import type { Run } from '../../src/model/run.ts';
import type { ReportFormat } from '../../src/report/format-names.ts';
import { reportFormats } from '../../src/report/formats.ts';
import type { Report } from '../../src/report/report.ts';
import { reportDocument } from '../../src/report/schema.ts';
import { hasGroupLimits } from '../helpers/group-limits.ts';
import type { Expected, PlayedCase } from './expectation.ts';
import type { Played } from './play.ts';

/** What differs from the expectation of a case, a sentence each; none when all is as expected. */
export async function differences(
  expected: Expected,
  { run, store, harm }: Played,
): Promise<readonly string[]> {
  const rows = async (where: string) => {
    const [row] = await store.query(`SELECT count(*) AS n FROM events WHERE ${where}`);
    return Number(row?.['n']);
  };
  return [
    ...harm,
    ...reportProblems(run),
    ...verdictDifferences(expected, run),
    ...taskDifferences(expected, run),
    ...(await rowDifferences(expected, rows)),
  ];
}

/** Where a case may come to something else. */
export type Circumstance = 'local' | 'qemu' | 'without-limits';

/** What is true of machines of one backend on this host. */
export async function circumstancesOf(sandbox: 'local' | 'qemu'): Promise<readonly Circumstance[]> {
  const isUnlimited = sandbox === 'local' && !(await hasGroupLimits());
  return isUnlimited ? [sandbox, 'without-limits'] : [sandbox];
}

/** The expectation in some circumstances: what is said for them alone replaces what is said for all. */
export function expectationIn(one: PlayedCase, circumstances: readonly Circumstance[]): Expected {
  const own = circumstances.flatMap(circumstance => Object.entries(one[circumstance]));
  return { ...one.expect, ...Object.fromEntries(own.filter(([, value]) => value !== undefined)) };
}

function verdictDifferences(expected: Expected, { verdict, findings, tasks }: Run): readonly string[] {
  const { integrity, behaviour, reasons } = verdict;
  const mayBeClean = expected.flags.length === 0 && expected.integrity === 'complete';
  const fired = findings.map(({ rule }) => rule);
  const marked = tasks.flatMap(({ caps }) => caps);
  return [
    ...(integrity === expected.integrity
      ? []
      : [`it ended ${integrity}, not ${expected.integrity} (${reasons.at(-1) ?? ''})`]),
    ...(behaviour === 'clean' && !mayBeClean ? ['it was called clean'] : []),
    ...expected.flags.filter(rule => !fired.includes(rule)).map(rule => `no finding ${rule}`),
    ...expected.caps.filter(cap => !marked.includes(cap)).map(cap => `no mark of the limit ${cap}`),
  ];
}

function taskDifferences(expected: Expected, { tasks }: Run): readonly string[] {
  const named = (name: string) => tasks.find(one => one.name === name);
  const reasonOf = (name: string) => named(name)?.reason ?? '';
  return [
    ...Object.entries(expected.tasks)
      .filter(([name, status]) => named(name)?.status !== status)
      .map(([name]) => `${name} ${named(name)?.status ?? 'is missing'}: ${reasonOf(name)}`),
    ...Object.entries(expected.says)
      .filter(([name, words]) => !reasonOf(name).includes(words))
      .map(([name]) => `${name} says "${reasonOf(name)}"`),
  ];
}

async function rowDifferences(
  expected: Expected,
  count: (where: string) => Promise<number>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [what, rows] of Object.entries(expected.seen)) {
    const n = await count(typeof rows === 'string' ? rows : rows.where);
    if (typeof rows === 'string' ? n === 0 : n !== rows.rows) found.push(`${n} rows of "${what}"`);
  }
  for (const [what, where] of Object.entries(expected.unseen)) {
    const n = await count(where);
    if (n > 0) found.push(`${n} rows of "${what}"`);
  }
  return found;
}

/** What a package wrote acts in no form of a report, the JSON is as its schema says, and the boundary is named as it is. */
function reportProblems(run: Run): readonly string[] {
  const report: Report = {
    runs: [{ run, exitCode: 0 }],
    exitCode: 0,
    failOn: 'medium',
    text: { colour: false, width: 120, verbose: true },
  };
  const forms = Object.entries(reportFormats).map(([format, write]) => ({ format, text: write(report) }));
  const textOf = (format: ReportFormat) => forms.find(form => form.format === format)?.text ?? '';
  const read = reportDocument.safeParse(JSON.parse(textOf('json')));
  const { accelerator, boundary } = run.machine;
  const isStrong = accelerator === 'kvm' || accelerator === 'hvf';
  const isNamed = textOf('text').includes(isStrong ? '✓ strong:' : '! weak:');
  return [
    ...(boundary === (isStrong ? 'strong' : 'weak') && isNamed ? [] : ['its boundary is not named as it is']),
    ...forms.filter(({ text }) => acting.test(text)).map(({ format }) => `its ${format} acts on a terminal`),
    ...(read.success ? [] : [`its JSON is not as the schema says: ${read.error.message}`]),
  ];
}

const acting = /(?![ \r\n])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
