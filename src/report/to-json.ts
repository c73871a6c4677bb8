import { jsonText } from '../base/json-text.ts';
import type { Activity } from '../model/activity.ts';
import type { Finding } from '../model/finding.ts';
import type { Run } from '../model/run.ts';
import type { TaskResult } from '../model/task.ts';
import type { Report, ReportedRun } from './report.ts';
import type { ActivityReport, ReportDocument, RunReport } from './schema.ts';
import { schemaVersion } from './schema.ts';

/** The report for programs, as text. */
export function toJsonDocument({ runs, exitCode }: Report): string {
  return `${jsonText(toJson(runs, exitCode), 2)}\n`;
}

/**
 * The one JSON document of a command: the run itself, or for several runs an object that holds them.
 * `exitCode` is what the process ends with.
 */
export function toJson(reported: readonly ReportedRun[], exitCode: number): ReportDocument {
  const runs = reported.map(one => runToJson(one.run, one.exitCode));
  const [first] = runs;
  if (first !== undefined && runs.length === 1) return { ...first, exit_code: exitCode };
  return { schema_version: schemaVersion, runs, exit_code: exitCode };
}

function runToJson(run: Run, exitCode: number): RunReport {
  const { tasks, findings, counts } = run;
  return {
    schema_version: schemaVersion,
    run: run.run,
    buildhaus: run.buildhaus,
    package: run.package,
    machine: run.machine,
    recipe: run.recipe,
    started_at: run.started_at,
    duration_ms: run.duration_ms,
    verdict: { ...run.verdict, reasons: [...run.verdict.reasons] },
    tasks: tasks.map(taskToJson),
    findings: findings.map(findingToJson),
    ...(run.activity === undefined ? {} : { activity: activityToJson(run.activity) }),
    counts: { ...counts, tasks: tasks.length, findings: findings.length },
    exit_code: exitCode,
  };
}

function taskToJson(task: TaskResult): RunReport['tasks'][number] {
  return {
    ...task,
    started_ns: nanoseconds(task.started_ns),
    caps: [...task.caps],
    dropped: { ...task.dropped },
    survivors: [...task.survivors],
    leftovers: [...task.leftovers],
    sensor: task.sensor && { ...task.sensor, differences: [...task.sensor.differences] },
  };
}

function findingToJson(finding: Finding): RunReport['findings'][number] {
  const evidence = finding.evidence.map(one => ({
    ...one,
    at_ns: nanoseconds(one.at_ns),
    chain: [...one.chain],
  }));
  return { ...finding, evidence };
}

function activityToJson({ processes, files, registry, network, names, more }: Activity): ActivityReport {
  return {
    processes: processes.map(({ wasFound, ...process }) => ({ ...process, was_found: wasFound })),
    files: [...files],
    registry: [...registry],
    network: [...network],
    names: [...names],
    more,
  };
}

/** A guest's clock may lie by years: large numbers are still written as digits. */
function nanoseconds(value: number): string {
  return BigInt(Math.trunc(value)).toString();
}
