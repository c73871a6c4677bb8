import { z } from 'zod';
import { eventColumns } from '../../src/model/event.ts';
import { integrities } from '../../src/model/run.ts';
import { taskStatuses } from '../../src/model/task.ts';

/**
 * What a case must come to, as evidence.md has it: a row of events exists, a rule fires, a limit is marked, nothing of
 * the host is changed, the evidence is said to be less than whole. A case may be several.
 */
export const oracles = ['SEEN', 'FLAG', 'CAP', 'SAFE', 'INTEG'] as const;

const sentence = z.string().trim().min(1);
/** A condition over one row of `events`, in SQL. */
const predicate = z
  .string()
  .refine(sql => Object.keys(eventColumns).some(column => sql.includes(column)), 'it speaks of no column');
const rows = z.union([predicate, z.strictObject({ where: predicate, rows: z.int().min(0) })]);

const expected = z.strictObject({
  /** The one state it ends in. */
  integrity: z.enum(integrities).default('complete'),
  /** Rules that must fire. */
  flags: z.array(sentence).default([]),
  /** Named rows that must be there: at least one, or exactly so many. */
  seen: z.record(sentence, rows).default({}),
  /** Named rows that must not. */
  unseen: z.record(sentence, predicate).default({}),
  /** Limits that must be marked. */
  caps: z.array(sentence).default([]),
  /** How tasks must end. */
  tasks: z.record(z.string(), z.enum(taskStatuses)).default({}),
  /** Words that must stand in the reason of a task. */
  says: z.record(z.string(), sentence).default({}),
});
const exceptions = z.strictObject({
  integrity: z.enum(integrities).optional(),
  flags: z.array(sentence).optional(),
  seen: z.record(sentence, rows).optional(),
  unseen: z.record(sentence, predicate).optional(),
  caps: z.array(sentence).optional(),
  tasks: z.record(z.string(), z.enum(taskStatuses)).optional(),
  says: z.record(z.string(), sentence).optional(),
});

const common = {
  /** As in evidence.md, section B; several cases of one row have a letter behind its number. */
  id: z.string().regex(/^[ETIRHS]\d{1,2}[a-z]?$/),
  /** What it tries. */
  tries: sentence,
  oracle: z.array(z.enum(oracles)).min(1),
  /** Whether CI runs it every time. */
  fast: z.boolean().default(false),
};

/** A package that is run; it lies in the folder of the same name beside this file, or is an archive made for the run. */
const played = z.strictObject({
  ...common,
  recipe: z
    .enum(['act', 'act-again', 'act-as-probe', 'act-then-start', 'unpack', 'install', 'quick', 'standard'])
    .default('act'),
  /** The name of an archive in archives/, where there is no folder. */
  archive: sentence.optional(),
  /** Who runs it: an ordinary user as in every analysis, or root, whom the room must hold as well. */
  user: z.enum(['user', 'root']).default('user'),
  /** Machines it is run in, one after the other. */
  machines: z.int().min(1).max(3).default(1),
  limits: z
    .strictObject({
      wallMs: z.int().positive(),
      processes: z.int().positive(),
      traceBytes: z.int().positive(),
      memoryBytes: z.int().positive(),
      fileBytes: z.int().positive(),
    })
    .partial()
    .default({}),
  expect: expected,
  /** What differs in namespaces of the host's own kernel. */
  local: exceptions.default({}),
  /** What differs there where no group of cgroup v2 limits processes and memory: a limit holds, but nobody says that it was reached. */
  'without-limits': exceptions.default({}),
  /** What differs in an emulated machine. */
  qemu: exceptions.default({}),
});

/** Tests that play a case which is no package: a guest that lies to the host, a disk that is full. */
const proven = z.strictObject({
  ...common,
  /** Whose machines its tests boot, where they prove nothing about another's. */
  sandbox: z.literal('qemu').optional(),
  'proven-by': z.array(z.strictObject({ file: sentence, title: sentence })).min(1),
});

/** A case as it stands in its file. */
export const caseSchema = z.union([played, proven]).superRefine((one, context) => {
  if ('proven-by' in one) return;
  for (const oracle of one.oracle) {
    if (!proofs[oracle](one.expect)) {
      context.addIssue({ code: 'custom', message: `an expectation of ${oracle} says what proves it` });
    }
  }
});

/** What an expectation must hold to be of its class. */
const proofs = {
  SEEN: expect => Object.keys(expect.seen).length > 0,
  FLAG: expect => expect.flags.length > 0,
  CAP: expect => expect.caps.length > 0 && expect.integrity === 'truncated',
  SAFE: () => true,
  INTEG: expect => expect.integrity !== 'complete',
} as const satisfies Record<(typeof oracles)[number], (expect: Expected) => boolean>;

export type Expected = Readonly<z.infer<typeof expected>>;
export type PlayedCase = Readonly<z.infer<typeof played>>;
export type ProvenCase = Readonly<z.infer<typeof proven>>;
export type Case = PlayedCase | ProvenCase;

export function isPlayed(one: Case): one is PlayedCase {
  return !('proven-by' in one);
}

export function isProven(one: Case): one is ProvenCase {
  return 'proven-by' in one;
}
