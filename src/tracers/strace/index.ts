import type { Tracer } from '../../model/trace.ts';
import { looksLikeStrace } from './sniff.ts';
import { StraceParser } from './strace-parser.ts';

/** strace on Linux, versions 4 to 7, with any of its options that print calls. */
export const strace = {
  name: 'strace',
  sniff: looksLikeStrace,
  createParser: options => new StraceParser(options),
} satisfies Tracer;
