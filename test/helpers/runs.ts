import type { Run } from '../../src/model/run.ts';
import type { TaskResult } from '../../src/model/task.ts';

/** A task that passed, with whatever differs. */
export function taskWith(changes: Partial<TaskResult>): TaskResult {
  return {
    name: 'build',
    phase: 'build',
    status: 'passed',
    reason: 'built Sample-1.0-py3-none-any.whl',
    started_ns: 1_500_000_000,
    duration_ms: 2_345.6,
    exit_code: 0,
    signal: null,
    stdout_tail: '',
    stderr_tail: '',
    events: 12_345,
    collapsed: 0,
    diagnostics: 0,
    caps: [],
    dropped: {},
    tests: null,
    survivors: [],
    leftovers: [],
    sensor: { state: 'agrees', reason: '', calls: 54_321, traced: 11_000, differences: [] },
    ...changes,
  };
}

/** A run in which all went well, with whatever differs. */
export function runWith(changes: Partial<Run>): Run {
  return {
    schema_version: 1,
    run: '20260102T030405-sample-ab12',
    buildhaus: '0.1.0',
    package: {
      kind: 'sdist',
      file: 'Sample-1.0.tar.gz',
      name: 'Sample',
      version: '1.0',
      sha256: '0123456789abcdef'.repeat(4),
      bytes: 1234,
    },
    machine: {
      backend: 'qemu',
      platform: 'debian-12/cpython-3.11',
      image: 'fedcba9876543210'.repeat(4),
      accelerator: 'tcg',
      boundary: 'weak',
      hostname: 'mira-laptop',
      user: 'mira',
      home: '/home/mira',
    },
    recipe: 'standard',
    tracer: 'strace',
    started_at: '2026-01-02T03:04:05.678Z',
    duration_ms: 65_000,
    tasks: [taskWith({})],
    findings: [],
    counts: { events: 12_345, collapsed: 0, diagnostics: 0, processes: 19, rules: 14, lost: 0 },
    verdict: { grade: 'PASS', behaviour: 'clean', integrity: 'complete', reasons: [] },
    ...changes,
  };
}
