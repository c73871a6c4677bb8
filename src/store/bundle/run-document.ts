import { z } from 'zod';
import { UserError } from '../../base/user-error.ts';
import { severities } from '../../model/finding.ts';
import type { Run } from '../../model/run.ts';
import {
  accelerators,
  backends,
  behaviours,
  boundaries,
  grades,
  integrities,
  packageKinds,
} from '../../model/run.ts';
import { leftoverChanges, phases, sensorStates, taskStatuses } from '../../model/task.ts';
import { schemaVersion } from './layout.ts';

const count = z.number().int().nonnegative();
const phase = z.enum(phases);

const packageSchema = z.object({
  kind: z.enum(packageKinds),
  file: z.string(),
  name: z.string().nullable(),
  version: z.string().nullable(),
  sha256: z.string().nullable(),
  bytes: count.nullable(),
});

const machineSchema = z.object({
  backend: z.enum(backends),
  platform: z.string(),
  image: z.string(),
  accelerator: z.enum(accelerators),
  boundary: z.enum(boundaries),
  hostname: z.string(),
  user: z.string(),
  home: z.string(),
});

const taskSchema = z.object({
  name: z.string(),
  phase,
  status: z.enum(taskStatuses),
  reason: z.string(),
  started_ns: z.number(),
  duration_ms: z.number(),
  exit_code: z.number().nullable(),
  signal: z.string().nullable(),
  stdout_tail: z.string(),
  stderr_tail: z.string(),
  events: count,
  // Runs made before floods were counted have none.
  collapsed: count.default(0),
  diagnostics: count,
  caps: z.array(z.string()),
  // Runs made before it was told have none.
  dropped: z.record(z.string(), count).default({}),
  tests: z
    .object({ framework: z.string(), passed: count, failed: count, skipped: count, errors: count })
    .nullable(),
  survivors: z.array(z.object({ pid: z.number(), command: z.string() })),
  leftovers: z.array(z.object({ path: z.string(), change: z.enum(leftoverChanges) })),
  // Runs from before there was one have none.
  sensor: z
    .object({
      state: z.enum(sensorStates),
      reason: z.string(),
      calls: count,
      traced: count,
      differences: z.array(z.string()),
    })
    .nullable()
    .default(null),
});

const evidenceSchema = z.object({
  seq: z.number(),
  at_ns: z.number(),
  kind: z.string(),
  call: z.string().nullable(),
  summary: z.string(),
  frame: z.string().nullable(),
  chain: z.array(z.object({ proc: z.number(), pid: z.number(), command: z.string() })),
});

const findingSchema = z.object({
  rule: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  task: z.string(),
  phase,
  matches: count,
  evidence: z.array(evidenceSchema),
});

const actsSchema = z.array(z.object({ kind: z.string(), what: z.string(), pid: z.number(), times: count }));

const activitySchema = z.object({
  processes: z.array(
    z.object({
      pid: z.number(),
      depth: count,
      command: z.string(),
      wasFound: z.boolean(),
      exit_code: z.number().nullable(),
    }),
  ),
  files: actsSchema,
  registry: actsSchema,
  network: actsSchema,
  names: actsSchema,
  more: z.object({ processes: count, files: count, registry: count, network: count, names: count }),
});

const runSchema = z.object({
  schema_version: z.literal(schemaVersion),
  run: z.string(),
  buildhaus: z.string(),
  package: packageSchema,
  machine: machineSchema,
  recipe: z.string(),
  tracer: z.string().default('auto'),
  started_at: z.string(),
  duration_ms: z.number(),
  tasks: z.array(taskSchema),
  findings: z.array(findingSchema),
  activity: activitySchema.optional(),
  counts: z.object({
    events: count,
    collapsed: count.default(0),
    diagnostics: count,
    processes: count,
    rules: count,
    lost: count,
  }),
  verdict: z.object({
    grade: z.enum(grades),
    behaviour: z.enum(behaviours),
    integrity: z.enum(integrities),
    reasons: z.array(z.string()),
  }),
}) satisfies z.ZodType<Run>;

const versionSchema = z.object({ schema_version: z.number().int() });

/** Reads the text of a `run.json`; `run` names it in errors. A run from a newer program is refused by its version. */
export function parseRunDocument(text: string, run: string): Run {
  const document = parseJson(text, run);
  const version = versionSchema.safeParse(document);
  if (version.success && version.data.schema_version > schemaVersion) {
    throw new UserError(
      `run ${run} was written by a newer Buildhaus (schema ${version.data.schema_version}; this one reads ${schemaVersion})`,
      { help: 'update Buildhaus to read it' },
    );
  }
  const parsed = runSchema.safeParse(document);
  if (!parsed.success) throw damaged(run, z.prettifyError(parsed.error));
  return parsed.data;
}

function parseJson(text: string, run: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(run, error);
  }
}

function damaged(run: string, cause: unknown): UserError {
  return new UserError(`run ${run} is damaged: its run.json cannot be read`, {
    help: `remove it with: buildhaus runs rm ${run}`,
    cause,
  });
}
