import type { Event } from '../model/event.ts';
import type { Query } from '../model/ports.ts';
import { type Phase, phases } from '../model/task.ts';
import { evaluateRules } from './evaluate-rules.ts';
import type { Rule, RuleTest, Vocabulary } from './schema.ts';

/** The events of one task, as a rule's test gives them. */
export interface TestTask {
  readonly task: string;
  readonly phase: Phase;
  readonly events: readonly Event[];
}

/** Holds events of run `test` and answers questions about them, until disposed of. */
export type TestBench = (tasks: readonly TestTask[]) => Promise<AsyncDisposable & { readonly query: Query }>;

/** How one test of a rule ended. */
export interface RuleTestResult {
  readonly name: string;
  readonly expected: 'hit' | 'miss';
  readonly passed: boolean;
  /** Why the rule could not be asked at all, where it could not. */
  readonly reason: string | undefined;
}

/** The id that test events are stored under, and the home they speak of. */
export const testRun = 'test';
const testHome = '/home/ada';

/** Room for the numbers of one test's events and processes, so that all tests of a rule fit in one run. */
const numbersPerTest = 10_000;

/** Runs a rule's own tests: each is a task of one run, so that hits and misses stand side by side. */
export async function testRule(
  rule: Rule,
  vocabulary: Vocabulary,
  bench: TestBench,
): Promise<readonly RuleTestResult[]> {
  const tests = [
    ...rule.tests.hit.map(test => ({ test, expected: 'hit' as const })),
    ...rule.tests.miss.map(test => ({ test, expected: 'miss' as const })),
  ];
  const tasks = tests.map(({ test }, index) => toTask(rule, test, index));
  await using held = await bench(tasks);
  const context = { run: testRun, home: testHome };
  const { findings, unanswered } = await evaluateRules({ rules: [rule], vocabulary }, held.query, context);
  const hits = new Set(findings.map(finding => finding.task));
  const reason = unanswered[0]?.reason;
  return tests.map(({ test, expected }, index) => ({
    name: test.name,
    expected,
    passed: reason === undefined && hits.has(taskName(index)) === (expected === 'hit'),
    reason,
  }));
}

function toTask(rule: Rule, test: RuleTest, index: number): TestTask {
  const base = (index + 1) * numbersPerTest;
  const events = test.events.map((event, order) => ({
    ...event,
    seq: base + order,
    at_ns: base + order,
    proc: base + event.proc,
    ...('child' in event && event.child !== undefined ? { child: base + event.child } : {}),
  }));
  return { task: taskName(index), phase: test.phase ?? defaultPhase(rule), events };
}

function taskName(index: number): string {
  return `test-${index + 1}`;
}

/** A test that names no phase is of the first one the rule looks at, `install` where it may choose. */
function defaultPhase(rule: Rule): Phase {
  const candidates: readonly Phase[] = ['install', ...phases];
  const looksAt = (phase: Phase) =>
    (rule.phases?.includes(phase) ?? true) && !(rule['not-phases']?.includes(phase) ?? false);
  return candidates.find(looksAt) ?? 'install';
}
