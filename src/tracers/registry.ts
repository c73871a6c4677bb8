import type { Tracer } from '../model/trace.ts';
import { etw } from './etw/index.ts';
import { strace } from './strace/index.ts';

/** All formats of trace that can be read. A new one is a folder beside this file, a line here and its name in `tracer-names.ts`. */
export const tracers: readonly Tracer[] = [strace, etw];

/** Returns the tracer whose format the first bytes of a file are in. */
export function sniffTracer(head: Uint8Array): Tracer | undefined {
  return tracers.find(tracer => tracer.sniff(head));
}
