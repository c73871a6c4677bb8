import { z } from 'zod';
import { type Event, eventColumns, eventKinds } from '../model/event.ts';
import { severities } from '../model/finding.ts';
import { phases } from '../model/task.ts';
import { hasClass, type Matcher, noClasses, readMatcher } from './matcher.ts';

const sentence = z.string().trim().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const listOf = <T extends z.ZodType>(item: T) =>
  z.union([item.transform(one => [one]), z.array(item).min(1)]);

const matcher = z
  .record(z.string(), z.union([scalar, z.array(scalar).min(1)]))
  .transform((written, context): Matcher => {
    const { matcher: read, problems } = readMatcher(written);
    for (const { key, message } of problems) context.addIssue({ code: 'custom', message, path: [key] });
    return read;
  });
const matchers = listOf(matcher);

/** How a step of a sequence is tied to the one before it, beside coming later in the same task. */
const ties = ['same process', 'same process tree', 'same file'] as const;

const step = z.strictObject({
  name: sentence,
  match: matchers,
  except: matchers.optional(),
  by: z.enum(ties).optional(),
});

const testEvent = z.record(z.string(), z.unknown()).transform((written, context): Event => {
  const event = { seq: 0, at_ns: 0, proc: 1, pid: 1, tid: 1, ok: true, origin: 'kernel', ...written };
  if (isEvent(event)) return event;
  const unknown = Object.keys(written).find(key => !(key in eventColumns));
  const message =
    unknown === undefined ? 'no kind of event, or a value of the wrong type' : `unknown field "${unknown}"`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const testCase = z.strictObject({
  name: sentence,
  phase: z.enum(phases).optional(),
  events: z.array(testEvent).min(1),
});

/** A rule as it stands in its file. */
export const ruleSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'an id is lower case words joined by dashes'),
    title: sentence,
    severity: z.enum(severities),
    description: sentence,
    attack: z
      .array(z.string().regex(/^T\d{4}(\.\d{3})?$/, 'an ATT&CK technique, e.g. T1552.004'))
      .default([]),
    references: z.array(z.url()).default([]),
    falsepositives: z.array(sentence).default([]),
    phases: z.array(z.enum(phases)).min(1).optional(),
    'not-phases': z.array(z.enum(phases)).min(1).optional(),
    match: matchers.optional(),
    except: matchers.optional(),
    sequence: z.array(step).min(2).optional(),
    sql: sentence.optional(),
    tests: z.strictObject({ hit: z.array(testCase).min(1), miss: z.array(testCase).min(1) }),
  })
  .refine(rule => [rule.match, rule.sequence, rule.sql].filter(one => one !== undefined).length === 1, {
    message: 'a rule has exactly one of "match", "sequence" and "sql"',
  })
  .refine(rule => rule.except === undefined || rule.match !== undefined, {
    message: '"except" belongs to "match"; in a sequence it stands in the step',
    path: ['except'],
  })
  .refine(rule => rule.sequence?.slice(1).every(one => one.by !== undefined) ?? true, {
    message: `each step after the first says how it is tied to the one before: "by: ${ties.join('" or "by: ')}"`,
    path: ['sequence'],
  });

/** Named lists of globs, and named matchers that make rules read like sentences. */
export const vocabularySchema = z.strictObject({
  lists: z.record(z.string(), z.array(z.string().refine(glob => !hasClass(glob), noClasses)).min(1)),
  predicates: z.record(z.string(), matchers),
});

export type Rule = z.infer<typeof ruleSchema>;
export type RuleStep = z.infer<typeof step>;
export type RuleTest = z.infer<typeof testCase>;
export type Vocabulary = z.infer<typeof vocabularySchema>;

const kinds: ReadonlySet<unknown> = new Set(eventKinds);

function isEvent(
  record: Readonly<Record<string, unknown>>,
): record is Readonly<Record<string, unknown>> & Event {
  const types: Readonly<Record<string, string>> = eventColumns;
  if (!kinds.has(record['kind'])) return false;
  return Object.entries(record).every(([name, value]) => fits(value, types[name]));
}

function fits(value: unknown, type: string | undefined): boolean {
  if (type === 'VARCHAR') return typeof value === 'string';
  if (type === 'BOOLEAN') return typeof value === 'boolean';
  if (type === 'VARCHAR[]') return Array.isArray(value) && value.every(item => typeof item === 'string');
  return type !== undefined && typeof value === 'number';
}
