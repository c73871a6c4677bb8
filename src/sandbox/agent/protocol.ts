import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { z } from 'zod';
import { hasAtMostFields } from '../../base/field-count.ts';
import { shippedPath } from '../host/shipped-path.ts';
import { readPath } from './read-path.ts';

/** The version of `proto/evidence.proto` that we speak; every version from 1 to this stays readable. */
export const protocolVersion = 1;

/** Largest message on the wire, in either direction. */
export const maxMessageBytes = 1024 * 1024;
/** Largest piece of a stream in one frame. */
export const maxChunkBytes = 64 * 1024;

const text = z.instanceof(Uint8Array).transform(bytes => new TextDecoder().decode(bytes));
const bytesUpTo = (most: number) => z.instanceof(Uint8Array).refine(bytes => bytes.length <= most);
/** 64-bit numbers come as decimal text: protobufjs would give objects of its own. */
const count = z
  .string()
  .transform(Number)
  .refine(value => Number.isSafeInteger(value) && value >= 0);
const nanoseconds = z.string().transform(BigInt);
const streams = ['trace', 'stdout', 'stderr', 'hint'] as const;
const stream = z
  .int()
  .min(0)
  .max(streams.length - 1)
  .transform(number => streams[number] ?? 'trace');
const entryTypes = ['other', 'file', 'directory', 'symlink'] as const;
const shortText = z.string().max(256);

const hello = z.object({
  version: z.int(),
  nonce: z.instanceof(Uint8Array),
  tracer: text,
  tracerArgv: z.array(text).max(256),
  kernel: text,
  startedUnixNs: nanoseconds,
});
const chunk = z.object({
  stream,
  bytes: z.instanceof(Uint8Array).refine(bytes => bytes.length >= 1 && bytes.length <= maxChunkBytes),
});
/** More calls than any kernel has, and no longer a name than any call's. */
const maxCalls = 1024;
/** Programs that the agent names at once (guest/agent/run.c). */
export const maxFramePrograms = 512;
/** Longest name of a program that the sensor keeps. */
export const maxFrameProgramBytes = 255;
const programName = bytesUpTo(maxFrameProgramBytes).transform(bytes => ({
  name: new TextDecoder().decode(bytes),
  bytes: bytes.length,
}));
const programs = z.object({ names: z.array(programName).min(1).max(maxFramePrograms) });
const sensed = z.object({
  absent: shortText,
  calls: z.array(z.object({ name: z.string().max(64), count })).max(maxCalls),
  forks: count,
  execs: count,
  unnamed: count,
  missed: count,
});
const exit = z.object({
  end: z.enum(['code', 'signal']),
  code: z.int().optional(),
  signal: shortText.optional(),
  timedOut: z.boolean(),
  caps: z.array(shortText).max(16),
  survivors: z.array(z.object({ pid: z.int(), command: text })).max(256),
  durationMs: count,
  cpuMs: count,
});
const bye = z.object({
  frames: z.int(),
  streams: z
    .array(z.object({ stream, bytes: count, lines: count, sha256: z.instanceof(Uint8Array), dropped: count }))
    .max(streams.length),
  entries: z.int(),
});
/**
 * Longest path that an agent lists (guest/agent/tree.c): a folder below 8192 bytes, and a name in it. As a text it may have
 * half as many characters more (read-path.ts), and stays below 16 384, from where on V8 hashes by length alone: each look
 * for such a path among many would take as long as there are many.
 */
export const maxTreePathBytes = 8192 + 255;
const maxTargetBytes = 4096;
const tree = z.object({
  entries: z
    .array(
      z.object({
        path: bytesUpTo(maxTreePathBytes).transform(readPath),
        type: z.int().transform(number => entryTypes[number] ?? 'other'),
        bytes: count,
        mode: z.int(),
        ctimeNs: nanoseconds,
        target: bytesUpTo(maxTargetBytes).transform(bytes => new TextDecoder().decode(bytes)),
        sha256: z.instanceof(Uint8Array).transform(bytes => Buffer.from(bytes).toString('hex')),
        uid: z.int(),
        gid: z.int(),
        device: z.string(),
        inode: z.string(),
        links: z.int(),
        whole: z.boolean(),
        unread: z.boolean(),
      }),
    )
    .max(512),
});
const fault = z.object({ reason: z.string().transform(reason => reason.slice(0, 256)) });

const seq = z.int();
const frameSchema = z.discriminatedUnion('body', [
  z.object({ body: z.literal('hello'), seq, hello }),
  z.object({ body: z.literal('chunk'), seq, chunk }),
  z.object({ body: z.literal('exit'), seq, exit }),
  z.object({ body: z.literal('bye'), seq, bye }),
  z.object({ body: z.literal('tree'), seq, tree }),
  z.object({ body: z.literal('fault'), seq, fault }),
  z.object({ body: z.literal('programs'), seq, programs }),
  z.object({ body: z.literal('sensed'), seq, sensed }),
]);

/** One frame as the guest sent it: of the right shape, otherwise unchecked. */
export type GuestFrame = z.infer<typeof frameSchema>;
export type GuestHello = z.infer<typeof hello>;
export type GuestExitFrame = z.infer<typeof exit>;
export type GuestSensed = z.infer<typeof sensed>;
export type GuestBye = z.infer<typeof bye>;

let loaded: protobuf.Root | undefined;

/** The messages of `proto/evidence.proto`, read once. */
function messages(): protobuf.Root {
  loaded ??= protobuf.parse(readFileSync(shippedPath('proto/evidence.proto'), 'utf8')).root;
  return loaded;
}

/** Fields of a frame and of what is in it: twice the entries of a whole piece of a tree, the longest list there is. */
export const maxFrameFields = 1024;

/** The frame in `bytes`, or undefined when they are none of ours. Never throws. */
export function decodeFrame(bytes: Uint8Array): GuestFrame | undefined {
  const type = messages().lookupType('Frame');
  let plain: unknown;
  try {
    if (!hasAtMostFields(bytes, maxFrameFields)) return undefined;
    plain = type.toObject(type.decode(bytes), { longs: String, defaults: true, arrays: true, oneofs: true });
  } catch {
    // protobufjs throws on torn and nonsensical bytes; which way they are so does not matter.
    return undefined;
  }
  const result = frameSchema.safeParse(plain);
  return result.success ? result.data : undefined;
}

/** One of our requests, with its length before it, ready for the agent's standard input. */
export function encodeRequest(
  name: 'Command' | 'TreeRequest' | 'Personality',
  fields: Readonly<Record<string, unknown>>,
): Uint8Array {
  const type = messages().lookupType(name);
  return type.encodeDelimited(type.fromObject({ ...fields, version: protocolVersion })).finish();
}
