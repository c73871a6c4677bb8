import type { Finding } from '../../src/model/finding.ts';
import type { Run } from '../../src/model/run.ts';
import { runWith, taskWith } from '../helpers/runs.ts';
import { activitySaying, calmRun } from './sample-runs.ts';

/** Every text of a run: those that a package can choose, and those it should not be able to. */
export function runSaying(text: string): Run {
  const finding: Finding = {
    rule: text,
    severity: 'high',
    title: text,
    task: text,
    phase: 'build',
    matches: 7,
    evidence: [
      {
        seq: 1,
        at_ns: 5,
        kind: text,
        call: text,
        summary: text,
        frame: text,
        chain: [{ proc: 1, pid: 2, command: text }],
      },
    ],
  };
  return runWith({
    run: text,
    buildhaus: text,
    tracer: text,
    package: { kind: 'folder', file: text, name: text, version: text, sha256: text, bytes: 1 },
    machine: { ...calmRun.machine, platform: text, image: text, hostname: text, user: text, home: text },
    recipe: text,
    findings: [finding],
    activity: activitySaying(text),
    tasks: [
      taskWith({
        name: text,
        status: 'failed',
        reason: text,
        signal: text,
        stdout_tail: text,
        stderr_tail: text,
        caps: [text],
        dropped: { [text]: 7 },
        sensor: { state: 'absent', reason: text, calls: 1, traced: 1, differences: [text] },
        tests: { framework: text, passed: 1, failed: 0, skipped: 0, errors: 0 },
        survivors: [{ pid: 1, command: text }],
        leftovers: [{ path: text, change: 'added' }],
      }),
    ],
    verdict: { grade: 'FAIL', behaviour: 'suspicious', integrity: 'incomplete', reasons: [text] },
  });
}
