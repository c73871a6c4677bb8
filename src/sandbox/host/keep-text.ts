import type { Readable } from 'node:stream';

/** The beginning of a stream, as far as it came. */
export interface Head {
  /** Lossily decoded. */
  readonly text: () => string;
  /** Whether there was more than is kept. */
  readonly isCut: () => boolean;
}

/** Drains a stream and keeps the first `limit` bytes of it: what a program first complained of is why. */
export function keepHead(stream: Readable, limit: number): Head {
  const kept: Buffer[] = [];
  let bytes = 0;
  let isCut = false;
  stream.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, limit - bytes);
    isCut ||= part.length < chunk.length;
    bytes += part.length;
    if (part.length > 0) kept.push(part);
  });
  return { text: () => Buffer.concat(kept).toString('utf8'), isCut: () => isCut };
}

/** Drains a stream and keeps the last `limit` characters of it, for a program that talks before it fails. */
export function keepTail(stream: Readable, limit: number): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-limit);
  });
  return () => text;
}
