import { z } from 'zod';
import { severities } from '../model/finding.ts';
import {
  accelerators,
  backends,
  behaviours,
  boundaries,
  grades,
  integrities,
  packageKinds,
} from '../model/run.ts';
import { leftoverChanges, phases, sensorStates, taskStatuses } from '../model/task.ts';

/**
 * The published form of a report, `schemas/report.schema.json`. Not the model's own types: those may change with the
 * code, this only grows within `schema_version` 1. Lists are never null; nanoseconds are strings, since they do not
 * fit the numbers of every reader.
 */
export const schemaVersion = 1;

const nanoseconds = z.string().regex(/^-?\d+$/);
const count = z.number().int().min(0);

const verdict = z
  .object({
    grade: z.enum(grades).describe('Whether it works here, as CPAN Testers mean it'),
    behaviour: z.enum(behaviours).describe('What it did'),
    integrity: z.enum(integrities).describe('The state of the evidence; only "complete" can be clean'),
    reasons: z.array(z.string()),
  })
  .meta({ id: 'Verdict' });

const tests = z.object({
  framework: z.string(),
  passed: count,
  failed: count,
  skipped: count,
  errors: count,
});

const sensor = z
  .object({
    state: z.enum(sensorStates),
    reason: z.string(),
    calls: count.describe('Calls that the kernel counted'),
    traced: count.describe('Those among them that the tracer stops at'),
    differences: z.array(z.string()),
  })
  .meta({ id: 'Sensor', description: 'A second sensor in the kernel, held against the trace' });

const task = z
  .object({
    name: z.string(),
    phase: z.enum(phases),
    status: z.enum(taskStatuses),
    reason: z.string(),
    started_ns: nanoseconds.describe("Since the run's start"),
    duration_ms: z.number().min(0),
    exit_code: z.number().int().nullable(),
    signal: z.string().nullable(),
    events: count,
    collapsed: count.describe('Events that are counted in the `times` of others'),
    diagnostics: count,
    caps: z.array(z.string()).describe('Named limits that were reached'),
    dropped: z
      .record(z.string(), count)
      .describe('Bytes that came after a limit and were not kept, by its name'),
    tests: tests.nullable().describe('A hint: counted by code that the package can change'),
    survivors: z.array(z.object({ pid: z.number().int(), command: z.string() })),
    leftovers: z.array(z.object({ path: z.string(), change: z.enum(leftoverChanges) })),
    sensor: sensor.nullable().describe('null when no evidence came, or the run is older than the sensor'),
    stdout_tail: z.string(),
    stderr_tail: z.string(),
  })
  .meta({ id: 'Task' });

const evidence = z
  .object({
    seq: z.number().int(),
    at_ns: nanoseconds,
    kind: z.string(),
    call: z.string().nullable(),
    summary: z.string(),
    frame: z.string().nullable().describe('The line of Python, a hint; not yet filled'),
    chain: z
      .array(z.object({ proc: z.number().int(), pid: z.number().int(), command: z.string() }))
      .describe("From the task's command down to the process that acted"),
  })
  .meta({ id: 'Evidence' });

const finding = z
  .object({
    rule: z.string(),
    severity: z.enum(severities),
    phase: z.enum(phases),
    task: z.string(),
    title: z.string(),
    matches: count.describe('Events that the rule matched; evidence may hold fewer'),
    evidence: z.array(evidence),
  })
  .meta({ id: 'Finding' });

const act = z
  .object({
    kind: z.string(),
    what: z.string().describe('The path, key, address or name'),
    pid: z.number().int(),
    times: count,
  })
  .meta({ id: 'Act' });

const activity = z
  .object({
    processes: z
      .array(
        z.object({
          pid: z.number().int(),
          depth: count.describe('In the tree: a child comes after its parent, one deeper'),
          command: z.string(),
          was_found: z.boolean().describe('It was there before the trace began'),
          exit_code: z.number().int().nullable(),
        }),
      )
      .describe('The first of the tree'),
    files: z.array(act),
    registry: z.array(act),
    network: z.array(act),
    names: z.array(act),
    more: z
      .object({ processes: count, files: count, registry: count, network: count, names: count })
      .describe('How many each list leaves out'),
  })
  .meta({ id: 'Activity', description: 'What the processes of an imported trace did' });

const identity = z.object({
  kind: z.enum(packageKinds),
  file: z.string(),
  name: z.string().nullable(),
  version: z.string().nullable(),
  sha256: z.string().nullable(),
  bytes: count.nullable(),
});

const machine = z.object({
  backend: z.enum(backends),
  platform: z.string(),
  image: z.string(),
  accelerator: z.enum(accelerators),
  boundary: z.enum(boundaries),
  hostname: z.string(),
  user: z.string(),
  home: z.string(),
});

const counts = z.object({
  events: count,
  collapsed: count,
  diagnostics: count,
  processes: count,
  rules: count,
  tasks: count,
  findings: count,
  lost: count,
});

/** The document of one run. */
export const runReport = z
  .object({
    schema_version: z.literal(schemaVersion),
    run: z.string(),
    buildhaus: z.string(),
    package: identity,
    machine,
    recipe: z.string(),
    started_at: z.iso.datetime(),
    duration_ms: z.number().min(0),
    verdict,
    tasks: z.array(task),
    findings: z.array(finding),
    activity: activity.optional().describe('Of imported traces only'),
    counts,
    exit_code: z.number().int().min(0).max(5),
  })
  .meta({ id: 'Run' });

/** The document of several runs, one for each platform. */
const manyReport = z.object({
  schema_version: z.literal(schemaVersion),
  runs: z.array(runReport),
  exit_code: z.number().int().min(0).max(5),
});

/** What `--format json` prints: one run is its own document, several stand in `runs`. */
export const reportDocument = z.union([runReport, manyReport]);

export type RunReport = z.infer<typeof runReport>;
export type ActivityReport = z.infer<typeof activity>;
export type ReportDocument = z.infer<typeof reportDocument>;

/**
 * The same as a JSON Schema: what `schemas/report.schema.json` holds, checked by a test. Of the input kind, which
 * allows keys that are not named: a document of a later 1.x is valid for a reader of today.
 */
export function reportJsonSchema(): unknown {
  return {
    title: 'Report of Buildhaus',
    ...z.toJSONSchema(reportDocument, { io: 'input' }),
  };
}
