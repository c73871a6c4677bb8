import { describe, expect, test } from 'vitest';
import { defaultPlatform } from '../../src/app/default-platform.ts';
import { loadRules } from '../../src/app/rules.ts';
import { createLocalSandbox, localSandboxProblem } from '../../src/sandbox/local/sandbox.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { readCatalogue } from './catalogue.ts';
import { isPlayed } from './expectation.ts';
import { circumstancesOf, differences, expectationIn } from './judge.ts';
import { play } from './play.ts';

const problem = localSandboxProblem();
const rules = await loadRules([]);
const circumstances = await circumstancesOf('local');
const sandbox = createLocalSandbox({ progress: quietProgress });
const cases = (await readCatalogue()).flatMap(({ folder, case: one }) =>
  isPlayed(one) && one.fast ? [{ folder, one, id: one.id, tries: one.tries }] : [],
);

/** The cases that every change is held against; `npm run hostile` plays all of them, in real machines. */
describe.skipIf(problem !== undefined)(
  `a hostile package${problem === undefined ? '' : ` (skipped: ${problem})`}`,
  () => {
    test.each(cases)('$id $tries: as expected', async ({ one, folder }) => {
      for (let machine = 0; machine < one.machines; machine += 1) {
        const wrong = await play(one, folder, { sandbox, platform: defaultPlatform, rules }, played =>
          differences(expectationIn(one, circumstances), played),
        );
        expect(wrong).toEqual([]);
      }
    });
  },
);
