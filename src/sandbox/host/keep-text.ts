import type { Readable } from 'node:stream';

/** Drains a stream and keeps the first `limit` bytes of it: what a program first complained of is why. Lossily decoded. */
export function keepHead(stream: Readable, limit: number): () => string {
  const kept: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, limit - bytes);
    bytes += part.length;
    if (part.length > 0) kept.push(part);
  });
  return () => Buffer.concat(kept).toString('utf8');
}

/** Drains a stream and keeps the last `limit` characters of it, for a program that talks before it fails. */
export function keepTail(stream: Readable, limit: number): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-limit);
  });
  return () => text;
}
