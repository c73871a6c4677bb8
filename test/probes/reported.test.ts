import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { HintReader } from '../../src/runner/task/hints.ts';
import { project } from '../helpers/buildhaus.ts';

const folder = path.join(project, 'guest', 'probes');
const probes = readdirSync(folder).filter(file => file.endsWith('.py'));
const calls = probes.flatMap(file =>
  [...readFileSync(path.join(folder, file), 'utf8').matchAll(/(?<!def )\breport(_part)?\(([^,)]*)/g)].map(
    ([, part, word = '']) => ({ file, isPart: part !== undefined, word }),
  ),
);

/** Whatever a hint may need to have, so that only the word decides whether it is read. */
const fields = {
  ...{ text: '', name: '', version: '', ok: true, note: '', what: 'modules', done: 1, total: 2 },
  ...{ framework: '', passed: 1, failed: 0, skipped: 0, errors: 0 },
};

test.each(calls)('what $file reports as $word is read', ({ isPart, word }) => {
  const name: unknown = JSON.parse(word);
  const said = isPart ? { hint: 'partial', what: name } : { hint: name };
  const line = `${JSON.stringify({ ...fields, ...said })}\n`;
  expect(new HintReader().push(new TextEncoder().encode(line))).toMatchObject([said]);
});

test('the calls that report something are found', () => {
  const words = calls.map(({ word }) => word);
  expect(words).toEqual(expect.arrayContaining(['"module"', '"modules"', '"partial"', '"reason"']));
});
