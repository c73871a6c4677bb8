import { describe, expect, test } from 'vitest';
import type { Severity } from '../../src/model/finding.ts';
import type { Integrity } from '../../src/model/run.ts';
import { integrities } from '../../src/model/run.ts';
import type { Phase, TaskStatus } from '../../src/model/task.ts';
import { phases, taskStatuses } from '../../src/model/task.ts';
import { maxReasonLength, ruleFlaw, verdictOf } from '../../src/runner/verdict.ts';

const task = (phase: Phase, status: TaskStatus) => ({
  name: phase,
  phase,
  status,
  reason: 'because',
  tests: null,
});
const finding = (severity: Severity) => ({ severity, title: `a ${severity} thing` });
const flaw = (kind: Exclude<Integrity, 'complete'>) => ({ kind, sentence: `it is ${kind}` });
const installed = [task('install', 'passed')];
const calm = { tasks: installed, findings: [], flaws: [], rules: 1, hasIndexFailed: false };

test('a run in which all went well has the three best words and no reasons', () => {
  expect(verdictOf(calm)).toEqual({
    grade: 'PASS',
    behaviour: 'clean',
    integrity: 'complete',
    reasons: [],
  });
});

describe('grade', () => {
  /** What one task of that status makes of a run that is otherwise fine. */
  const gradeByStatus = {
    passed: 'PASS',
    failed: 'FAIL',
    'timed-out': 'FAIL',
    skipped: 'PASS',
    'not-applicable': 'PASS',
    error: 'UNKNOWN',
  } as const satisfies Record<TaskStatus, string>;
  const others = phases.filter(phase => phase !== 'fetch' && phase !== 'install');

  test.each(others.flatMap(phase => taskStatuses.map(status => [phase, status] as const)))(
    'of a run whose %s %s',
    (phase, status) => {
      expect(verdictOf({ ...calm, tasks: [...installed, task(phase, status)] }).grade).toBe(
        gradeByStatus[status],
      );
    },
  );

  test.each([
    ['passed', 'PASS'],
    ['failed', 'FAIL'],
    ['timed-out', 'FAIL'],
    ['skipped', 'UNKNOWN'],
    ['not-applicable', 'NA'],
    ['error', 'UNKNOWN'],
  ] as const)('of a run whose install %s is %s', (status, grade) => {
    expect(verdictOf({ ...calm, tasks: [task('install', status)] }).grade).toBe(grade);
  });

  test.each([
    ['passed', 'PASS'],
    ['failed', 'UNKNOWN'],
    ['timed-out', 'UNKNOWN'],
    ['skipped', 'PASS'],
    ['not-applicable', 'PASS'],
    ['error', 'UNKNOWN'],
  ] as const)('a fetch that %s gives %s: what an index lacks is no fault of the package', (status, grade) => {
    expect(verdictOf({ ...calm, tasks: [task('fetch', status), ...installed] }).grade).toBe(grade);
  });

  test('a package that is not for this platform is not failed by what looks for it in vain', () => {
    const tasks = [task('install', 'not-applicable'), task('import', 'failed')];
    expect(verdictOf({ ...calm, tasks })).toMatchObject({ grade: 'NA', behaviour: 'note' });
  });

  test("the package's own failure outweighs ours", () => {
    const tasks = [...installed, task('import', 'error'), task('test', 'failed')];
    const { grade, reasons } = verdictOf({ ...calm, tasks });
    expect(grade).toBe('FAIL');
    expect(reasons[0]).toBe('test failed: because');
  });

  test('a run without install is unknown', () => {
    expect(verdictOf({ ...calm, tasks: [] })).toMatchObject({
      grade: 'UNKNOWN',
      reasons: ['it was not installed'],
    });
  });
});

describe('behaviour', () => {
  test.each([
    ['info', 'note'],
    ['low', 'note'],
    ['medium', 'suspicious'],
    ['high', 'suspicious'],
    ['critical', 'malicious'],
  ] as const)('a finding of severity %s is %s, whatever the evidence is like', (severity, behaviour) => {
    for (const integrity of integrities) {
      const flaws = integrity === 'complete' ? [] : [flaw(integrity)];
      expect(verdictOf({ ...calm, findings: [finding(severity)], flaws }).behaviour).toBe(behaviour);
    }
  });

  test('the worst finding decides and is named', () => {
    const findings = [finding('low'), finding('critical'), finding('info')];
    expect(verdictOf({ ...calm, findings })).toMatchObject({
      behaviour: 'malicious',
      reasons: ['3 findings, the worst of severity critical: a critical thing'],
    });
  });

  test.each(integrities)('nothing found in evidence that is %s is clean only if complete', integrity => {
    const flaws = integrity === 'complete' ? [] : [flaw(integrity)];
    const { behaviour } = verdictOf({ ...calm, flaws });
    expect(behaviour).toBe(integrity === 'complete' ? 'clean' : 'note');
  });

  test('nothing found without a rule is not clean', () => {
    expect(verdictOf({ ...calm, rules: 0 }).behaviour).toBe('note');
  });
});

describe('behaviour of a package whose code had no turn', () => {
  const bad = ['failed', 'timed-out', 'skipped', 'error'] as const;
  const running = phases.filter(phase => phase !== 'uninstall');

  test.each(running.flatMap(phase => bad.map(status => [phase, status] as const)))(
    'is no more than a note when %s is %s',
    (phase, status) => {
      const { behaviour, reasons } = verdictOf({ ...calm, tasks: [...installed, task(phase, status)] });
      expect(behaviour).toBe('note');
      expect(reasons).toContain(
        `nothing was found in what ran; not run, or not to its end: ${phase} ${status}`,
      );
    },
  );

  test.each(phases)('is clean when there was nothing to do in %s', phase => {
    const tasks = [...installed, task(phase, 'not-applicable')];
    expect(verdictOf({ ...calm, tasks }).behaviour).toBe('clean');
  });

  test.each(bad)('is clean when only its removal %s: that runs nothing of it', status => {
    expect(verdictOf({ ...calm, tasks: [...installed, task('uninstall', status)] }).behaviour).toBe('clean');
  });

  test.each([
    [{ passed: 900, failed: 6, skipped: 0, errors: 0 }, 'clean'],
    [{ passed: 0, failed: 6, skipped: 0, errors: 0 }, 'clean'],
    [{ passed: 0, failed: 0, skipped: 3, errors: 2 }, 'note'],
  ] as const)('with a suite that fails at %j is %s', (counts, behaviour) => {
    const suite = { ...task('test', 'failed'), tests: { framework: 'pytest', ...counts } };
    expect(verdictOf({ ...calm, tasks: [...installed, suite] }).behaviour).toBe(behaviour);
  });
});

describe('integrity', () => {
  const worstFirst = ['refused', 'crashed', 'incomplete', 'timed-out', 'truncated'] as const;

  test.each(worstFirst.flatMap((a, at) => worstFirst.slice(at).map(b => [a, b] as const)))(
    '%s outweighs %s, in either order',
    (worse, other) => {
      expect(verdictOf({ ...calm, flaws: [flaw(worse), flaw(other)] }).integrity).toBe(worse);
      expect(verdictOf({ ...calm, flaws: [flaw(other), flaw(worse)] }).integrity).toBe(worse);
    },
  );

  test('is explained by the flaws of that kind', () => {
    const flaws = [flaw('truncated'), flaw('incomplete'), flaw('incomplete')];
    expect(verdictOf({ ...calm, flaws }).reasons).toEqual([
      'nothing was found, but evidence that is incomplete cannot be called clean',
      'it is incomplete; it is incomplete',
    ]);
  });
});

test('a rule that could not be asked is told by the first line of its reason, which is cut at its limit', () => {
  const long = 'x'.repeat(maxReasonLength);
  const sentenceOf = (reason: string) => ruleFlaw({ rule: 'demo', reason }).sentence;
  expect(sentenceOf(`${long}\nLINE 1: SELECT`)).toBe(`rule demo could not be asked: ${long}`);
  expect(sentenceOf(`${long}x`)).toBe(`rule demo could not be asked: ${long.slice(1)}…`);
});
