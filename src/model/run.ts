import type { Activity } from './activity.ts';
import type { Finding } from './finding.ts';
import type { TaskResult } from './task.ts';

/** An OS release with a Python, e.g. `debian-12/cpython-3.11`. */
export type PlatformId = string;

export const packageKinds = ['sdist', 'wheel', 'folder', 'trace'] as const;
export type PackageKind = (typeof packageKinds)[number];

/** What is examined. `sha256` is of the bytes given to the guest. */
export interface PackageIdentity {
  readonly kind: PackageKind;
  /** The file's name as the guest sees it. Hostile text. */
  readonly file: string;
  readonly name: string | null;
  readonly version: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** The package as it calls itself, or its file where it does not say. Hostile text. */
export function nameOf({ file, name, version }: PackageIdentity): string {
  return name === null ? file : `${name} ${version ?? ''}`.trim();
}

/** What the machine was: a sandbox's own word, or `none` where nothing was run. */
export const backends = ['qemu', 'local', 'remote', 'memory', 'none'] as const;
export type Backend = (typeof backends)[number];

/** Those that `--sandbox` chooses from: the others are what a platform or a recorded trace brings. */
export const chosenSandboxes = ['qemu', 'local'] as const satisfies readonly Backend[];
export type ChosenSandbox = (typeof chosenSandboxes)[number];

export const accelerators = ['kvm', 'hvf', 'tcg', 'none'] as const;

/** `strong` only for hardware virtualization (docs/decisions and SECURITY.md). */
export const boundaries = ['strong', 'weak'] as const;
export type Boundary = (typeof boundaries)[number];

/** The machine a run took place in: facts for the report. */
export interface Machine {
  readonly backend: Backend;
  readonly platform: PlatformId;
  /** Digest of the image the snapshot was made from. */
  readonly image: string;
  readonly accelerator: (typeof accelerators)[number];
  readonly boundary: Boundary;
  readonly hostname: string;
  /** The ordinary user that tasks run as, and that user's home. */
  readonly user: string;
  readonly home: string;
}

/** What the network answers during a task. No task asks for `sinkhole` yet. */
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
export const grades = ['PASS', 'FAIL', 'UNKNOWN', 'NA'] as const;
export type Grade = (typeof grades)[number];

/** What it did. */
export const behaviours = ['clean', 'note', 'suspicious', 'malicious'] as const;
export type Behaviour = (typeof behaviours)[number];

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
  /** Name of the tracer that its traces are of; `auto` in runs from before it was kept: whichever knows them. */
  readonly tracer: string;
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
