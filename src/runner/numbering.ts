import type { Numbering } from '../model/trace.ts';

/** The numbers of one run, and how many processes got one. */
export interface RunNumbering extends Numbering {
  readonly processes: () => number;
}

/** Makes the numbering that all parsers of a run share. Both numbers start at 1. */
export function createNumbering(): RunNumbering {
  let seq = 0;
  let proc = 0;
  return {
    nextSeq() {
      seq += 1;
      return seq;
    },
    nextProc() {
      proc += 1;
      return proc;
    },
    processes: () => proc,
  };
}
