import { type Finding, isAtLeast, type Severity } from '../model/finding.ts';
import type { Run } from '../model/run.ts';
import type { TaskResult } from '../model/task.ts';
import { type Markup, markup } from './encode/markup.ts';
import { chainLine, evidenceLine, seenFacts, titleOf, worstFirst, worthFacts } from './facts/run-facts.ts';
import type { Report } from './report.ts';

/**
 * JUnit's XML, as CI servers read it: a suite for each run, with a case for each task, each finding, and the evidence
 * itself. Incomplete evidence is an error: a run that was not seen whole is never all green.
 */
export function toJunit({ runs, failOn }: Report): string {
  const suites = runs.map(({ run }) => suiteOf(run, casesOf(run, failOn)));
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="buildhaus">
${suites}</testsuites>
`.toString();
}

interface Case {
  readonly group: string;
  readonly name: string;
  readonly seconds: number;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly details: readonly string[];
}

function casesOf(run: Run, failOn: Severity): readonly Case[] {
  return [
    ...run.tasks.map(taskCase),
    evidenceCase(run),
    ...worstFirst(run.findings).map(finding => findingCase(finding, failOn)),
  ];
}

const outcomes = {
  passed: 'passed',
  failed: 'failure',
  'timed-out': 'failure',
  skipped: 'skipped',
  'not-applicable': 'skipped',
  error: 'error',
} as const satisfies Record<TaskResult['status'], Case['outcome']>;

function taskCase(task: TaskResult): Case {
  const { tests } = task;
  const counts =
    tests === null
      ? []
      : [
          `${tests.framework}: ${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped, ${tests.errors} errors (counted by the package's own suite)`,
        ];
  return {
    group: task.phase,
    name: task.name,
    seconds: task.duration_ms / 1000,
    outcome: outcomes[task.status],
    message: task.reason,
    details: [...counts, ...linesOf(task.stdout_tail), ...linesOf(task.stderr_tail)],
  };
}

function evidenceCase(run: Run): Case {
  const { integrity, reasons } = run.verdict;
  return {
    group: 'evidence',
    name: 'the evidence is complete',
    seconds: 0,
    outcome: integrity === 'complete' ? 'passed' : 'error',
    message: `evidence ${integrity}`,
    details: [...reasons, seenFacts(run).join(', ')],
  };
}

function findingCase(finding: Finding, failOn: Severity): Case {
  return {
    group: `findings.${finding.phase}`,
    name: finding.rule,
    seconds: 0,
    outcome: isAtLeast(finding.severity, failOn) ? 'failure' : 'passed',
    message: `${finding.severity}: ${finding.title} in ${finding.task}`,
    details: finding.evidence.flatMap(evidence => [evidenceLine(evidence), chainLine(evidence.chain)]),
  };
}

function suiteOf(run: Run, cases: readonly Case[]): Markup {
  const count = (outcome: Case['outcome']) => cases.filter(one => one.outcome === outcome).length;
  const { grade, behaviour, integrity } = run.verdict;
  const words = { run: run.run, buildhaus: run.buildhaus, grade, behaviour, integrity };
  const properties = Object.entries({ ...words, ...worthFacts(run) });
  return markup`<testsuite name="${`${titleOf(run.package)} on ${run.machine.platform}`}" timestamp="${run.started_at}" hostname="${run.machine.hostname}" time="${seconds(run.duration_ms / 1000)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}">
<properties>
${properties.map(([name, value]) => markup`<property name="${name}" value="${value}"/>\n`)}</properties>
${cases.map(caseElement)}</testsuite>
`;
}

function caseElement({ group, name, seconds: time, outcome, message, details }: Case): Markup {
  const lines = details.filter(line => line !== '').map(line => markup`${line}\n`);
  const output = lines.length === 0 ? undefined : markup`<system-out>${lines}</system-out>`;
  return markup`<testcase classname="${group}" name="${name}" time="${seconds(time)}">${outcomeElement(outcome, message)}${output}</testcase>
`;
}

function outcomeElement(outcome: Case['outcome'], message: string): Markup | undefined {
  switch (outcome) {
    case 'failure':
      return markup`<failure message="${message}"/>`;
    case 'error':
      return markup`<error message="${message}"/>`;
    case 'skipped':
      return markup`<skipped message="${message}"/>`;
    case 'passed':
      return undefined;
  }
}

function seconds(time: number): string {
  return time.toFixed(3);
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter(line => line.trim() !== '');
}
