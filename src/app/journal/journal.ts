import { z } from 'zod';
import { capNames } from '../../model/caps.ts';
import { evidenceStreams } from '../../model/evidence.ts';

/**
 * What a session said beside its streams, line by line in the order in which it said it: with the streams it is all
 * that events are made of. Chunks are named by stream and length, since their bytes are kept as they came.
 */
const count = z.number().int().nonnegative();
const bigint = z
  .string()
  .regex(/^-?\d{1,40}$/)
  .transform(BigInt);

const frame = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hello'),
    tracer: z.string(),
    tracerArgv: z.array(z.string()),
    kernel: z.string(),
    startedUnixNs: bigint,
    nonce: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('programs'), names: z.array(z.string()) }),
  z.object({
    kind: z.literal('sensed'),
    absent: z.string(),
    calls: z.array(z.object({ name: z.string(), count: z.number() })),
    forks: z.number(),
    execs: z.number(),
    unnamed: z.number(),
    // Journals of before it was told have none.
    missed: z.number().default(0),
  }),
  z.object({
    kind: z.literal('exit'),
    code: z.number().nullable(),
    signal: z.string().nullable(),
    timedOut: z.boolean(),
    caps: z.array(z.string()),
    survivors: z.array(z.object({ pid: z.number(), command: z.string() })),
    durationMs: z.number(),
    cpuMs: z.number().exactOptional(),
  }),
  z.object({
    kind: z.literal('bye'),
    dropped: z.partialRecord(z.enum(evidenceStreams), count).exactOptional(),
  }),
  z.object({ kind: z.literal('lost'), reason: z.string() }),
]);

const treeEntry = z.object({
  path: z.string(),
  type: z.enum(['file', 'directory', 'symlink', 'other']),
  bytes: z.number(),
  mode: z.number(),
  ctime_ns: bigint,
  uid: z.number(),
  gid: z.number(),
  target: z.string().exactOptional(),
  sha256: z.string().exactOptional(),
  is_unread: z.boolean().exactOptional(),
  shared_with: z.string().exactOptional(),
  raw_path: z.string().exactOptional(),
});

/** One line of a journal. */
export const journalLine = z.union([
  z.object({
    places: z.object({
      python: z.array(z.string()),
      probes: z.string(),
      inbox: z.string(),
      venvPython: z.string(),
      separator: z.enum(['/', '\\']),
      environment: z.record(z.string(), z.string()),
      probeEnvironment: z.record(z.string(), z.string()).default({}),
    }),
    index: z.boolean(),
  }),
  z.object({ run: z.string() }),
  z.object({ chunk: z.enum(evidenceStreams), length: count }),
  z.object({ frame }),
  /** Entries that an earlier tree had are numbers: their place among all that were written. */
  z.object({ tree: z.array(z.union([count, treeEntry])) }),
  z.object({ no_tree: z.string(), cap: z.enum(capNames).exactOptional() }),
  z.object({ served: z.string() }),
  z.object({ not_served: z.string() }),
  z.object({ clock: z.number() }),
]);

export type JournalLine = z.infer<typeof journalLine>;
