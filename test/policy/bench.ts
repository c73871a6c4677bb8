import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestBench, testRun } from '../../src/policy/test-rule.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import type { Limits } from '../../src/store/time-limit.ts';

/** Holds test events in a real bundle that is never sealed; `limits` are of each question. */
export function benchWithin(limits?: Limits): TestBench {
  return async tasks => {
    const folder = await mkdtemp(join(tmpdir(), 'buildhaus-policy-'));
    const writer = await createRunWriter({ folder, run: testRun }, limits);
    for (const { task, phase, events } of tasks) await writer.appendEvents(task, phase, events);
    return {
      query: writer.query,
      async [Symbol.asyncDispose]() {
        await writer[Symbol.asyncDispose]();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
}

/** With the limits of a run. */
export const bench: TestBench = benchWithin();
