import type { Activity } from './activity.ts';
import type { Finding } from './finding.ts';
import type { TaskResult } from './task.ts';

/** An OS release with a Python, e.g. `debian-12/cpython-3.11`. */
export type PlatformId = string;

/** What is examined. `sha256` is of the bytes given to the guest. */
export interface PackageIdentity {
  readonly kind: 'sdist' | 'wheel' | 'folder' | 'trace';
  /** The file's name as the guest sees it. Hostile text. */
  readonly file: string;
  readonly name: string | null;
  readonly version: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** `strong` only for hardware virtualization (docs/decisions and SECURITY.md). */
export type Boundary = 'strong' | 'weak';

/** The machine a run took place in: facts for the report. */
export interface Machine {
  readonly backend: 'qemu' | 'local' | 'remote' | 'memory' | 'none';
  readonly platform: PlatformId;
  /** Digest of the image the snapshot was made from. */
  readonly image: string;
  readonly accelerator: 'kvm' | 'hvf' | 'tcg' | 'none';
  readonly boundary: Boundary;
  readonly hostname: string;
  /** The ordinary user that tasks run as, and that user's home. */
  readonly user: string;
  readonly home: string;
}

/** What the network answers during a task. */
export type NetworkMode = 'deny' | 'index' | 'sinkhole';

/** Exactly one of these ends every run; only `complete` can be called clean (evidence.md A.1). */
export const integrities = [
  'complete',
  'truncated',
  'incomplete',
  'timed-out',
  'crashed',
  'refused',
] as const;
export type Integrity = (typeof integrities)[number];

/** As CPAN Testers mean them: does it work here. */
export type Grade = 'PASS' | 'FAIL' | 'UNKNOWN' | 'NA';
/** What it did. */
export type Behaviour = 'clean' | 'note' | 'suspicious' | 'malicious';

export interface Verdict {
  readonly grade: Grade;
  readonly behaviour: Behaviour;
  readonly integrity: Integrity;
  /** One sentence for each word above that is not the best one. */
  readonly reasons: readonly string[];
}

/** What was counted, shown in every report: proof that it looked. */
export interface RunCounts {
  readonly events: number;
  /** Events that are counted in the `times` of others. */
  readonly collapsed: number;
  readonly diagnostics: number;
  readonly processes: number;
  readonly rules: number;
  readonly lost: number;
}

/** One package on one platform under one recipe: the content of `run.json`. */
export interface Run {
  readonly schema_version: 1;
  readonly run: string;
  readonly buildhaus: string;
  readonly package: PackageIdentity;
  readonly machine: Machine;
  readonly recipe: string;
  /** RFC 3339, UTC, the host's clock. */
  readonly started_at: string;
  readonly duration_ms: number;
  readonly tasks: readonly TaskResult[];
  readonly findings: readonly Finding[];
  /** What its processes did; of imported traces, which have no tasks that would tell. */
  readonly activity?: Activity | undefined;
  readonly counts: RunCounts;
  readonly verdict: Verdict;
}
