/** The phases of a package's life, in order. A task belongs to one. */
export const phases = [
  'fetch',
  'unpack',
  'build',
  'install',
  'start',
  'import',
  'entry-points',
  'test',
  'uninstall',
] as const;
export type Phase = (typeof phases)[number];

/**
 * How a task ended. `failed` and `timed-out` are the package's; `error` is ours and never counts against it;
 * `skipped` names the need that failed; `not-applicable` means there was nothing to do (no tests, no entry points).
 */
export const taskStatuses = ['passed', 'failed', 'timed-out', 'skipped', 'not-applicable', 'error'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** What the tests of a package came to, as the runner of the suite counted them: a hint. */
export interface TestCounts {
  readonly framework: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly errors: number;
}

/** A process that was still there when its task's command had ended. */
export interface Survivor {
  readonly pid: number;
  readonly command: string;
}

export const leftoverChanges = ['added', 'removed', 'modified'] as const;

/** One path that differs from the tree before install. */
export interface Leftover {
  readonly path: string;
  readonly change: (typeof leftoverChanges)[number];
}

/** `absent`: this machine has none. `not-compared`: the trace was cut anyway. */
export const sensorStates = ['agrees', 'differs', 'absent', 'not-compared'] as const;

/** What a second sensor in the kernel came to, held against the trace (docs/decisions/0005). */
export interface SensorReading {
  readonly state: (typeof sensorStates)[number];
  /** Why it is absent, or what was not compared; else empty. */
  readonly reason: string;
  /** Calls that the kernel counted, and those among them that the tracer stops at. */
  readonly calls: number;
  readonly traced: number;
  /** One sentence for each disagreement. Hostile text. */
  readonly differences: readonly string[];
}

/** The result of a task: the same shape whether it passed or not. */
export interface TaskResult {
  readonly name: string;
  readonly phase: Phase;
  readonly status: TaskStatus;
  /** One sentence: why it is not `passed`, or what it did. */
  readonly reason: string;
  /** Nanoseconds since the run's start. */
  readonly started_ns: number;
  readonly duration_ms: number;
  readonly exit_code: number | null;
  readonly signal: string | null;
  /** Last bytes of its output, lossily decoded, capped. Hostile text. */
  readonly stdout_tail: string;
  readonly stderr_tail: string;
  readonly events: number;
  /** Events that are counted in the `times` of others. */
  readonly collapsed: number;
  readonly diagnostics: number;
  /** Named caps that were reached, e.g. `stdout-bytes`. */
  readonly caps: readonly string[];
  /** Bytes that came after a cap and were not kept, by its name. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly tests: TestCounts | null;
  readonly survivors: readonly Survivor[];
  readonly leftovers: readonly Leftover[];
  /** null when it said nothing: no evidence came, or it is older than the sensor. */
  readonly sensor: SensorReading | null;
}
