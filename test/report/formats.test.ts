import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Run } from '../../src/model/run.ts';
import { maxCellLength } from '../../src/report/encode/csv-line.ts';
import { maxCodeLength } from '../../src/report/encode/markdown-code.ts';
import { maxShownLength } from '../../src/report/encode/shown.ts';
import { reportFormatNames } from '../../src/report/format-names.ts';
import { reportFormats } from '../../src/report/formats.ts';
import { maxFactLength } from '../../src/report/to-github.ts';
import { endless, hostileValues } from '../helpers/hostile-values.ts';
import { runWith, taskWith } from '../helpers/runs.ts';
import { runSaying } from './run-saying.ts';
import { calmRun, hostileRun } from './sample-runs.ts';

type Format = (typeof reportFormatNames)[number];

function report(format: Format, ...runs: readonly Run[]): string {
  return reportFormats[format]({
    runs: runs.map(run => ({ run, exitCode: 1 })),
    exitCode: 1,
    failOn: 'high',
    text: { colour: false, width: 120, verbose: true },
  });
}

const hostile = Object.entries(hostileValues);
/** An empty line of output is none: only values that are more have lines and elements of their own. */
const spoken = hostile.filter(([, text]) => text.trim() !== '');
/** Each value where a summary stands: what the golden files hold. */
const gallery = runWith({
  ...hostileRun,
  tasks: hostileRun.tasks.map(task => ({ ...task, sensor: null })),
  findings: hostile.map(([name, text]) => ({
    rule: 'shows-a-value',
    severity: 'high',
    title: name,
    task: 'build',
    phase: 'build',
    matches: 1,
    evidence: [
      { seq: 1, at_ns: 0, kind: 'file.open', call: 'openat', summary: text, frame: text, chain: [] },
    ],
  })),
});

describe.each(reportFormatNames)('a report in %s', format => {
  test('of hostile values reads as it did', async () => {
    const golden = `goldens/values-${format}.txt`;
    // The JSON of the page, and all of the JSON but its findings, is held by the schema's own test.
    const written = report(format, gallery).replace(/(<script[^>]*>)[^<]*/, '$1…');
    const kept =
      format === 'json' ? written.slice(written.indexOf('"findings"'), written.indexOf('"counts"')) : written;
    await expect(kept).toMatchFileSnapshot(golden);
  });

  test.each(hostile)('holds nothing that acts on a terminal or a log: %s', (_, text) => {
    const written = report(format, runSaying(text));
    const lines = written.replaceAll('\r\n', '\n');
    expect(lines).not.toMatch(
      /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uffff]/u,
    );
    expect(lines).not.toMatch(/##\w*\[/);
    if (format === 'github') expect(lines.trimEnd().split('\n')).toSatisfy(isTwoAnnotations);
    else expect(lines).not.toMatch(/^\s*::[^:]+::/m);
  });

  test.each(spoken)('has as many lines as of any other value: %s', (_, text) => {
    // Output and empty text have lines of their own.
    const without = (run: Run) => ({
      ...run,
      tasks: run.tasks.map(task => ({ ...task, stdout_tail: '', stderr_tail: '' })),
    });
    const count = (value: string) => report(format, without(runSaying(value))).split('\n').length;
    expect(count(text)).toBe(count('x'));
  });

  test('is as short for a text of a megabyte, unless it is JSON', () => {
    const written = report(format, runSaying(endless));
    if (format === 'json' || format === 'html') expect(written.length).toBeGreaterThan(endless.length);
    else expect(written.length).toBeLessThan(1_000_000);
  });

  test('names the boundary, who counted, every limit and what it cost, also where other things are worse', () => {
    const sensor = {
      state: 'absent',
      reason: 'no cgroup here',
      calls: 0,
      traced: 0,
      differences: [],
    } as const;
    const worse = { ...calmRun.verdict, integrity: 'incomplete', reasons: ['y'.repeat(2_000)] } as const;
    const tasks = [taskWith({ caps: ['stdout-bytes'], dropped: { 'stdout-bytes': 777 }, sensor })];
    const written = report(format, runWith({ tasks, verdict: worse }));
    for (const word of ['weak', 'no cgroup here', 'stdout-bytes', '777']) expect(written).toContain(word);
  });

  test('of no run is still a document', () => {
    expect(() => report(format)).not.toThrow();
  });

  test('of two runs tells of both', () => {
    const other = { ...calmRun, machine: { ...calmRun.machine, platform: 'debian-13/cpython-3.13' } };
    const written = report(format, calmRun, other);
    expect(written).toContain('debian-12');
    expect(written).toContain('debian-13');
  });
});

describe('HTML', () => {
  test.each(spoken)('has the same elements whatever a package says: %s', (_, text) => {
    expect(skeleton(report('html', runSaying(text)))).toEqual(skeleton(report('html', runSaying('x'))));
  });

  test('holds the JSON report for programs', () => {
    const [, island = ''] =
      /<script type="application\/json" id="report">([^<]*)<\/script>/.exec(report('html', hostileRun)) ?? [];
    expect(JSON.parse(island)).toEqual(JSON.parse(report('json', hostileRun)));
  });

  test('names no address but in text', () => {
    expect(report('html', hostileRun)).not.toMatch(/\b(?:href|src|action|srcset|url)\s*[=(]/);
  });
});

describe('JSON', () => {
  test.each(hostile)('parses to the same value: %s', (_, text) => {
    const parsed = JSON.parse(report('json', runSaying(text)));
    expect(parsed.package.file).toBe(text);
    expect(parsed.tasks[0].stdout_tail).toBe(text);
  });

  test('has all of a long text', () => {
    expect(JSON.parse(report('json', runSaying(endless))).recipe).toBe(endless);
  });
});

describe('CSV', () => {
  test.each(hostile)('keeps its cells, none of them a formula: %s', (_, text) => {
    const [head, row, ...rest] = readCsv(report('csv', runSaying(text)));
    expect(rest).toEqual([]);
    expect(row).toHaveLength(head?.length ?? 0);
    for (const cell of row ?? []) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/u);
  });

  test('has a row for a run without findings', () => {
    expect(readCsv(report('csv', calmRun))).toHaveLength(2);
  });

  test('cuts a cell at what a spreadsheet holds', () => {
    const cells = readCsv(report('csv', runSaying('x'.repeat(maxCellLength + 1))))[1] ?? [];
    expect(cells).toContain(`${'x'.repeat(maxCellLength)}…[+1]`);
  });
});

describe('Markdown', () => {
  test.each(hostile)('shows what a package says in code spans only: %s', (_, text) => {
    const outside = (written: string) => written.replaceAll(/`[^`\n]+`/g, '`x`');
    expect(outside(report('markdown', runSaying(text)))).toBe(outside(report('markdown', runSaying('x'))));
  });

  test('cuts a code span', () => {
    const written = report('markdown', runSaying('x'.repeat(maxCodeLength + 1)));
    expect(written).toContain(`\`${'x'.repeat(maxCodeLength)}…[+1]\``);
  });

  test("links a release to its files for PyPI's reviewers, and only what can be one", () => {
    expect(report('markdown', calmRun)).toContain('<https://inspector.pypi.io/project/Sample/1.0/>');
    const odd = { ...calmRun, package: { ...calmRun.package, name: 'x/../../evil' } };
    expect(report('markdown', odd)).not.toContain('inspector');
  });
});

describe('JUnit', () => {
  test('is well-formed for every value', () => {
    const documents = hostile.map(([, text]) => report('junit', runSaying(text)));
    const [plain] = elementsOf([report('junit', runSaying('x'))]);
    expect(elementsOf(documents)).toEqual(documents.map(() => plain));
  });

  test('counts a task, a finding and the evidence as cases, and never ends green without all of the evidence', () => {
    const written = report('junit', hostileRun);
    expect(written).toContain('tests="6" failures="2" errors="1" skipped="1"');
    expect(written).toContain('<error message="evidence truncated"/>');
    expect(report('junit', calmRun)).toContain('failures="0" errors="0"');
  });
});

describe('GitHub annotations', () => {
  test('stand at the line of a source folder', () => {
    const folder = { ...hostileRun, package: { ...hostileRun.package, kind: 'folder' as const } };
    expect(report('github', folder)).toContain(',file=setup.py,line=14::');
    expect(report('github', hostileRun)).not.toContain('file=');
  });

  test('cut what a machine may have lengthened, so that the other facts are seen', () => {
    const run = runWith({ tasks: [taskWith({ name: '', caps: ['x'.repeat(maxFactLength)] })] });
    expect(report('github', run)).toContain(
      `limits reached: ${'x'.repeat(maxFactLength - 1)}…; 0 of 14 rules`,
    );
  });

  test('are errors at --fail-on and above, the worst first', () => {
    const levels = report('github', hostileRun).match(/^::\w+/gm);
    expect(levels).toEqual(['::error', '::warning', '::warning']);
  });
});

test('every text of a run is tried, but words of ours', () => {
  const words = textsOf(runSaying('tried')).filter(text => text !== 'tried');
  const verdict = ['FAIL', 'suspicious', 'incomplete'];
  const task = ['build', 'failed', 'absent', 'added'];
  const run = ['2026-01-02T03:04:05.678Z', 'folder', 'qemu', 'tcg', 'weak', 'high'];
  expect(new Set(words)).toEqual(new Set([...verdict, ...task, ...run]));
});

test('text that is longer than a report shows says how much is missing', () => {
  expect(report('html', runSaying('x'.repeat(maxShownLength + 2)))).toContain('x…[+2]');
});

function isTwoAnnotations(lines: readonly string[]): boolean {
  return lines.length === 2 && lines.every(line => /^::(?:error|warning) title=[^:,]*::[^\n]*$/.test(line));
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Tags with the names of their attributes; whatever stands between them or in quotes is left out. */
function skeleton(page: string): readonly string[] {
  const tags = page.match(/<[!/]?[a-z][^>]*>/gi) ?? [];
  return tags.map(tag => tag.replaceAll(/"[^"]*"/g, '""'));
}

/** RFC 4180. */
function readCsv(text: string): readonly (readonly string[])[] {
  const rows = text.split('\r\n').slice(0, -1);
  return rows.map(row =>
    [...`,${row}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    ),
  );
}

/** What an XML parser that is not ours makes of documents: the names of their elements, in order. */
function elementsOf(documents: readonly string[]): readonly unknown[] {
  const program = `import json, sys, xml.etree.ElementTree as tree
print(json.dumps([[e.tag for e in tree.fromstring(d).iter()] for d in json.load(sys.stdin)]))`;
  const parsed = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(documents),
    encoding: 'utf8',
  });
  if (parsed.status !== 0) throw new Error(parsed.stderr);
  return z.array(z.unknown()).parse(JSON.parse(parsed.stdout));
}
