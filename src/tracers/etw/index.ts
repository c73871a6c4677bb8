import type { Tracer } from '../../model/trace.ts';
import { EtwParser } from './etw-parser.ts';
import { etwFormOf } from './sniff.ts';

/** Event Tracing for Windows: trace files (.etl), and what tracerpt prints of them as XML or CSV. */
export const etw = {
  name: 'etw',
  sniff: head => etwFormOf(head) !== undefined,
  createParser: options => new EtwParser(options),
} satisfies Tracer;
