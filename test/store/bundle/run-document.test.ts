import { expect, test } from 'vitest';
import {
  accelerators,
  backends,
  behaviours,
  boundaries,
  grades,
  integrities,
  packageKinds,
  type Run,
} from '../../../src/model/run.ts';
import { parseRunDocument } from '../../../src/store/bundle/run-document.ts';
import { sampleRun } from '../sample.ts';

const sample = sampleRun('any');
const { machine, package: identity, verdict } = sample;

/** Every word of the model that a run may be sealed with. */
const runs: readonly Run[] = [
  ...packageKinds.map(kind => ({ ...sample, package: { ...identity, kind } })),
  ...backends.map(backend => ({ ...sample, machine: { ...machine, backend } })),
  ...accelerators.map(accelerator => ({ ...sample, machine: { ...machine, accelerator } })),
  ...boundaries.map(boundary => ({ ...sample, machine: { ...machine, boundary } })),
  ...grades.map(grade => ({ ...sample, verdict: { ...verdict, grade } })),
  ...behaviours.map(behaviour => ({ ...sample, verdict: { ...verdict, behaviour } })),
  ...integrities.map(integrity => ({ ...sample, verdict: { ...verdict, integrity } })),
];

test('a run can be read again, whichever words of the model it was sealed with', () => {
  for (const run of runs) expect(parseRunDocument(JSON.stringify(run), 'any')).toEqual(run);
});
