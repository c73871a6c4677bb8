import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../../src/model/event.ts';
import type { Run } from '../../src/model/run.ts';

/** A runs folder of its own, gone at the end of the test. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'buildhaus-store-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A finished run with one task and one finding. */
export function sampleRun(run: string): Run {
  return {
    schema_version: 1,
    run,
    buildhaus: '0.1.0',
    package: { kind: 'sdist', file: 'demo-1.0.tar.gz', name: 'demo', version: '1.0', sha256: null, bytes: 9 },
    machine: {
      backend: 'memory',
      platform: 'debian-12/cpython-3.11',
      image: 'sha256:0',
      accelerator: 'none',
      boundary: 'weak',
      hostname: 'guest',
      user: 'ada',
      home: '/home/ada',
    },
    recipe: 'standard',
    tracer: 'strace',
    started_at: '2026-11-21T08:00:00Z',
    duration_ms: 1200.5,
    tasks: [
      {
        name: 'build',
        phase: 'build',
        status: 'passed',
        reason: 'it built',
        started_ns: 0,
        duration_ms: 10,
        exit_code: 0,
        signal: null,
        stdout_tail: 'ok\n',
        stderr_tail: '',
        events: 2,
        collapsed: 0,
        diagnostics: 0,
        dropped: {},
        caps: [],
        tests: null,
        survivors: [{ pid: 7, command: 'sleep 1' }],
        leftovers: [{ path: '/tmp/x', change: 'added' }],
        sensor: null,
      },
    ],
    findings: [
      {
        rule: 'private-key-read',
        severity: 'high',
        title: 'A private key was read',
        task: 'build',
        phase: 'build',
        matches: 1,
        evidence: [
          {
            seq: 2,
            at_ns: 20,
            kind: 'file.open',
            call: 'openat',
            summary: '/home/ada/.ssh/id_rsa',
            frame: null,
            chain: [],
          },
        ],
      },
    ],
    counts: { events: 2, collapsed: 0, diagnostics: 0, processes: 1, rules: 1, lost: 0 },
    verdict: { grade: 'PASS', behaviour: 'suspicious', integrity: 'complete', reasons: ['one finding'] },
  };
}

/** An event that opens `path` for reading. */
export function opened(seq: number, path: string): Event {
  return {
    seq,
    at_ns: seq * 10,
    proc: 1,
    pid: 100,
    tid: 100,
    kind: 'file.open',
    call: 'openat',
    ok: true,
    ret: 3,
    path,
    access: 'read',
    origin: 'kernel',
  };
}
