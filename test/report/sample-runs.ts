import type { Activity } from '../../src/model/activity.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Run } from '../../src/model/run.ts';
import { runWith, taskWith } from '../helpers/runs.ts';

/** A run in which all went well. */
export const calmRun: Run = runWith({
  tasks: [
    taskWith({ name: 'fetch', phase: 'fetch', reason: '1 files fetched', duration_ms: 2700, events: 4_012 }),
    taskWith({ name: 'build', phase: 'build' }),
    taskWith({
      name: 'entry-points',
      phase: 'entry-points',
      status: 'not-applicable',
      reason: 'it has no console scripts',
      events: 800,
      duration_ms: 33,
    }),
    taskWith({
      name: 'test',
      phase: 'test',
      reason: 'pytest: 842 passed, 3 skipped',
      duration_ms: 185_000,
      events: 1_234_567,
      tests: { framework: 'pytest', passed: 842, failed: 0, skipped: 3, errors: 0 },
    }),
    taskWith({ name: 'uninstall', phase: 'uninstall', reason: 'removed Sample; 0 leftovers' }),
  ],
});

const evidence = (seq: number, summary: string): Finding['evidence'][number] => ({
  seq,
  at_ns: 12_345_678_900 + seq,
  kind: 'file.read',
  call: 'read',
  summary,
  frame: 'setup.py:14 in run',
  chain: [
    { proc: 1, pid: 100, command: 'python3 setup.py bdist_wheel' },
    { proc: 2, pid: 101, command: 'sh -c cat ~/.ssh/id_rsa' },
  ],
});

/** An imported trace, whose processes are told instead of tasks. */
export const recordedRun: Run = runWith({
  package: { ...calmRun.package, kind: 'trace', file: 'trace.etl', name: null, version: null },
  tasks: [taskWith({ name: 'trace', status: 'not-applicable', reason: 'a recorded trace' })],
  activity: {
    processes: [
      { pid: 400, depth: 0, command: 'explorer.exe', wasFound: true, exit_code: null },
      { pid: 500, depth: 1, command: 'python.exe -m pip install demo', wasFound: false, exit_code: 0 },
    ],
    files: [{ kind: 'file.write', what: 'C:\\x', pid: 500, times: 1234 }],
    registry: [{ kind: 'registry.set', what: 'HKCU\\Run\\x', pid: 500, times: 1 }],
    network: [{ kind: 'net.connect', what: 'tcp 198.51.100.7:443', pid: 500, times: 1 }],
    names: [],
    more: { processes: 7, files: 0, registry: 0, network: 2, names: 0 },
  },
});

/** Every text of an activity. */
export function activitySaying(text: string): Activity {
  const acts = [{ kind: text, what: text, pid: 1, times: 2 }];
  return {
    processes: [{ pid: 1, depth: 1, command: text, wasFound: true, exit_code: 0 }],
    files: acts,
    registry: acts,
    network: acts,
    names: acts,
    more: { processes: 1, files: 1, registry: 1, network: 1, names: 1 },
  };
}

/** A run with findings, failures, leftovers, limits, and text that tries to act on the terminal. */
export const hostileRun: Run = runWith({
  package: { ...calmRun.package, file: 'zz\u001b[2K\u001b[1G[ok] CLEAN.tar.gz', name: null, version: null },
  machine: { ...calmRun.machine, backend: 'local', accelerator: 'none' },
  findings: [
    {
      rule: 'info-rule',
      severity: 'info',
      title: 'Something small',
      task: 'build',
      phase: 'build',
      matches: 1,
      evidence: [{ ...evidence(2, '/etc/passwd'), call: null, frame: null, chain: [] }],
    },
    {
      rule: 'reads-private-keys',
      severity: 'critical',
      title: 'A private key was read',
      task: 'build',
      phase: 'build',
      matches: 1204,
      evidence: [
        evidence(7, '/home/mira/.ssh/id_rsa'),
        evidence(8, '/home/mira/\u202egpj.exe'),
        evidence(9, `/home/mira/${'long/'.repeat(60)}`),
        evidence(10, '/home/mira/.aws/credentials'),
      ],
    },
  ],
  tasks: [
    taskWith({
      status: 'failed',
      reason: "RuntimeError: '\u001b]52;c;aGk=\u0007'",
      exit_code: 1,
      stdout_tail: 'Verdict: \u001b[32mclean\u001b[0m\r\nforged\u0085line\n',
      stderr_tail: 'Traceback\n\nRuntimeError\n',
      caps: ['stdout-bytes'],
      survivors: [{ pid: 4242, command: 'sh -c "while :; do sleep 50; done"' }],
    }),
    taskWith({
      name: 'install',
      phase: 'install',
      status: 'skipped',
      reason: 'skipped: build failed',
      events: 0,
      duration_ms: 0,
    }),
    taskWith({
      name: 'uninstall',
      phase: 'uninstall',
      leftovers: Array.from({ length: 12 }, (_, index) => ({
        path: `/srv/venv/x${index}.pth`,
        change: 'added',
      })),
    }),
  ],
  counts: { events: 24_690, collapsed: 0, diagnostics: 2, processes: 1, rules: 14, lost: 1 },
  verdict: {
    grade: 'FAIL',
    behaviour: 'malicious',
    integrity: 'truncated',
    reasons: ["build failed: RuntimeError: '\u001b]52;c;aGk=\u0007'", 'build reached a limit: stdout-bytes'],
  },
});
