import type { TraceItem, Tracer } from '../../src/model/trace.ts';

/** Parses a whole trace, in chunks of any sizes, with numbers that start at 1. */
export function parseTrace(
  tracer: Tracer,
  trace: Uint8Array | string,
  options: {
    readonly cwd?: string;
    readonly epochSeconds?: number;
    readonly isBounded?: boolean;
    readonly nonce?: string | undefined;
    readonly follow?: (path: string) => string;
    readonly chunkBytes?: number;
  } = {},
): TraceItem[] {
  const { chunkBytes = 65_536, follow, ...rest } = options;
  const bytes = typeof trace === 'string' ? new TextEncoder().encode(trace) : trace;
  let seq = 0;
  let proc = 0;
  const numbering = { nextSeq: () => ++seq, nextProc: () => ++proc };
  const items: TraceItem[] = [];
  const followed = follow && {
    follow: (path: string, before: readonly TraceItem[]) => {
      items.push(...before);
      return follow(path);
    },
  };
  const parser = tracer.createParser({ numbering, ...rest, ...followed });
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    items.push(...parser.push(bytes.subarray(at, at + chunkBytes)));
  }
  return [...items, ...parser.end()];
}
