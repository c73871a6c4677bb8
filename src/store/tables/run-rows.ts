import type { Run } from '../../model/run.ts';
import { schemaVersion } from '../bundle/layout.ts';
import type { RowRecord } from './row-appender.ts';
import type { tables } from './tables.ts';

type RunRow = RowRecord<keyof typeof tables.runs>;
type TaskRow = RowRecord<keyof typeof tables.tasks>;
type FindingRow = RowRecord<keyof typeof tables.findings>;

/** The row of the view `runs`. */
export function toRunRow(run: Run): RunRow {
  return {
    run: run.run,
    schema_version: schemaVersion,
    buildhaus: run.buildhaus,
    package_kind: run.package.kind,
    package_file: run.package.file,
    package_name: run.package.name,
    package_version: run.package.version,
    package_sha256: run.package.sha256,
    package_bytes: run.package.bytes,
    platform: run.machine.platform,
    backend: run.machine.backend,
    image: run.machine.image,
    accelerator: run.machine.accelerator,
    boundary: run.machine.boundary,
    home: run.machine.home,
    recipe: run.recipe,
    started_at: run.started_at,
    duration_ms: run.duration_ms,
    ...run.verdict,
    ...run.counts,
  };
}

/** The rows of the view `tasks`. */
export function toTaskRows(run: Run): readonly TaskRow[] {
  return run.tasks.map(task => ({
    run: run.run,
    task: task.name,
    phase: task.phase,
    status: task.status,
    reason: task.reason,
    started_ns: task.started_ns,
    duration_ms: task.duration_ms,
    exit_code: task.exit_code,
    signal: task.signal,
    stdout_tail: task.stdout_tail,
    stderr_tail: task.stderr_tail,
    events: task.events,
    collapsed: task.collapsed,
    diagnostics: task.diagnostics,
    caps: task.caps,
    test_framework: task.tests?.framework,
    tests_passed: task.tests?.passed,
    tests_failed: task.tests?.failed,
    tests_skipped: task.tests?.skipped,
    tests_errors: task.tests?.errors,
    survivors: task.survivors.map(survivor => survivor.command),
    leftovers: task.leftovers.map(({ change, path }) => `${change} ${path}`),
    sensor: task.sensor?.state,
    sensor_calls: task.sensor?.calls,
    sensor_traced: task.sensor?.traced,
  }));
}

/** The rows of the view `findings`. */
export function toFindingRows(run: Run): readonly FindingRow[] {
  return run.findings.map(finding => ({
    run: run.run,
    rule: finding.rule,
    severity: finding.severity,
    title: finding.title,
    task: finding.task,
    phase: finding.phase,
    matches: finding.matches,
    seqs: finding.evidence.map(evidence => evidence.seq),
    summaries: finding.evidence.map(evidence => evidence.summary),
  }));
}
