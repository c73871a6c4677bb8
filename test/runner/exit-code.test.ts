import { describe, expect, test } from 'vitest';
import type { Severity } from '../../src/model/finding.ts';
import { severities } from '../../src/model/finding.ts';
import { integrities } from '../../src/model/run.ts';
import type { Outcome } from '../../src/runner/exit-code.ts';
import { exitCodeOf } from '../../src/runner/exit-code.ts';
import { runWith } from '../helpers/runs.ts';

const outcome = (changes: Partial<Extract<Outcome, { kind: 'runs' }>>): Outcome => ({
  kind: 'runs',
  runs: [runWith({})],
  failOn: 'high',
  strict: false,
  ...changes,
});
const finding = (severity: Severity) => ({
  rule: 'r',
  severity,
  title: 't',
  task: 'build',
  phase: 'build' as const,
  matches: 1,
  evidence: [],
});
const verdict = runWith({}).verdict;

describe('the exit code', () => {
  test('is 0 when nothing was found in a complete run', () => {
    expect(exitCodeOf(outcome({}))).toBe(0);
  });

  test.each(severities.flatMap(failOn => severities.map(found => [failOn, found] as const)))(
    'with --fail-on %s and a finding of %s is 1 only at or above it',
    (failOn, found) => {
      const reached = severities.indexOf(found) >= severities.indexOf(failOn);
      expect(exitCodeOf(outcome({ failOn, runs: [runWith({ findings: [finding(found)] })] }))).toBe(
        reached ? 1 : 0,
      );
    },
  );

  test.each(integrities)('of a run that is %s is 0 only when complete, 2 when refused, else 3', integrity => {
    const expected = { complete: 0, refused: 2 };
    const code = Object.entries(expected).find(([word]) => word === integrity)?.[1] ?? 3;
    expect(exitCodeOf(outcome({ runs: [runWith({ verdict: { ...verdict, integrity } })] }))).toBe(code);
  });

  test('a finding outweighs a gap in the evidence', () => {
    const run = runWith({ findings: [finding('critical')], verdict: { ...verdict, integrity: 'truncated' } });
    expect(exitCodeOf(outcome({ runs: [run] }))).toBe(1);
  });

  test('an error of ours in one task makes the analysis incomplete', () => {
    const [task] = runWith({}).tasks;
    if (task === undefined) throw new Error('the helper gives a task');
    expect(exitCodeOf(outcome({ runs: [runWith({ tasks: [{ ...task, status: 'error' }] })] }))).toBe(3);
  });

  test('a dependency that cannot be fetched makes it incomplete, a build that fails does not', () => {
    const [task] = runWith({}).tasks;
    if (task === undefined) throw new Error('the helper gives a task');
    const codeOf = (phase: 'fetch' | 'build') =>
      exitCodeOf(outcome({ runs: [runWith({ tasks: [{ ...task, phase, status: 'failed' }] })] }));
    expect([codeOf('fetch'), codeOf('build')]).toEqual([3, 0]);
  });

  test("the package's own failure is 4, and only with --strict", () => {
    const runs = [runWith({ verdict: { ...verdict, grade: 'FAIL' } })];
    expect(exitCodeOf(outcome({ runs, strict: true }))).toBe(4);
    expect(exitCodeOf(outcome({ runs }))).toBe(0);
  });

  test('of several runs is that of the worst', () => {
    const runs = [runWith({}), runWith({ verdict: { ...verdict, integrity: 'crashed' } })];
    expect(exitCodeOf(outcome({ runs }))).toBe(3);
  });

  test('is 3 when a further platform has no run, unless something was found on this one', () => {
    expect(exitCodeOf(outcome({ missing: 1 }))).toBe(3);
    expect(exitCodeOf(outcome({ missing: 1, runs: [runWith({ findings: [finding('high')] })] }))).toBe(1);
  });

  test('without any run is 3', () => {
    expect(exitCodeOf(outcome({ runs: [] }))).toBe(3);
  });

  test.each([
    ['usage', 2],
    ['input', 2],
    ['incomplete', 3],
    ['host', 5],
  ] as const)('of a command that ended with an error of %s is %i', (error, code) => {
    expect(exitCodeOf({ kind: 'error', error })).toBe(code);
  });
});
