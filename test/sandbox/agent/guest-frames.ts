import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** The guest's side of the protocol: writes what an agent would, or a liar. */
const schema = protobuf.parse(readFileSync('proto/evidence.proto', 'utf8')).root;

export type PlainFrame = Readonly<Record<string, unknown>>;

export const nonce = Buffer.from('0123456789abcdef');
const streamNumbers = { trace: 0, stdout: 1, stderr: 2, hint: 3 } as const;
type StreamName = keyof typeof streamNumbers;

export function frameBytes(frame: PlainFrame): Uint8Array {
  const type = schema.lookupType('Frame');
  return type.encodeDelimited(type.fromObject(frame)).finish();
}

export function streamBytes(frames: readonly PlainFrame[]): Buffer {
  return Buffer.concat(frames.map(frameBytes));
}

/** Gives the frames their numbers. */
export function numbered(bodies: readonly PlainFrame[]): readonly PlainFrame[] {
  return bodies.map((body, seq) => ({ seq, ...body }));
}

export const hello: PlainFrame = {
  hello: {
    version: 1,
    nonce,
    tracer: Buffer.from('strace 6.13'),
    tracerArgv: [Buffer.from('strace')],
    kernel: Buffer.from('Linux 6.1'),
    startedUnixNs: '1700000000000000001',
  },
};

export function chunk(stream: StreamName, text: string | Uint8Array): PlainFrame {
  return { chunk: { stream: streamNumbers[stream], bytes: Buffer.from(text) } };
}

export const exit: PlainFrame = {
  exit: {
    code: 3,
    caps: ['stdout-bytes'],
    survivors: [{ pid: 9, command: Buffer.from('sleep 1') }],
    durationMs: 40,
    cpuMs: 12,
  },
};

/** The trailer that belongs to `content` after `frames` frames. */
export function bye(
  frames: number,
  content: Partial<Record<StreamName, string>>,
  dropped: Partial<Record<StreamName, number>> = {},
): PlainFrame {
  const streams = Object.entries(streamNumbers).map(([name, stream]) => {
    const text = Object.entries(content).find(([key]) => key === name)?.[1] ?? '';
    return {
      stream,
      bytes: Buffer.byteLength(text),
      lines: text.split('\n').length - 1,
      sha256: createHash('sha256').update(text).digest(),
      dropped: Object.entries(dropped).find(([key]) => key === name)?.[1] ?? 0,
    };
  });
  return { bye: { frames, streams } };
}

/** A whole, honest stream. */
export const honest: readonly PlainFrame[] = numbered([
  hello,
  chunk('trace', '9 getpid() = 9\n9 +++ ex'),
  chunk('stdout', 'out'),
  chunk('trace', 'ited with 3 +++\n'),
  exit,
  bye(5, { trace: '9 getpid() = 9\n9 +++ exited with 3 +++\n', stdout: 'out' }, { stdout: 777 }),
]);
