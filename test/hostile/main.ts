/**
 * Plays every case of corpus/hostile and says whether it ended as expected:
 * `npm run hostile [-- --sandbox local|qemu --platform ID --only ID,... --fast]`.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { defaultPlatform } from '../../src/app/default-platform.ts';
import { loadRules } from '../../src/app/rules.ts';
import { openSandboxes } from '../../src/app/sandboxes.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { type Entry, readCatalogue } from './catalogue.ts';
import { isPlayed, isProven, type PlayedCase } from './expectation.ts';
import { circumstancesOf, differences, expectationIn } from './judge.ts';
import { play, type Stage } from './play.ts';
import { runTests, unproven } from './proven.ts';

const { values } = parseArgs({
  options: {
    sandbox: { type: 'string', default: 'qemu' },
    platform: { type: 'string', default: defaultPlatform },
    only: { type: 'string' },
    fast: { type: 'boolean', default: false },
  },
});
if (values.sandbox !== 'local' && values.sandbox !== 'qemu') throw new Error('--sandbox is local or qemu');
const backend = values.sandbox;
const circumstances = await circumstancesOf(backend);

const asked = (await readCatalogue()).filter(isChosen);
// Those that CI plays tell most: they come first.
const chosen = [...asked.filter(entry => entry.case.fast), ...asked.filter(entry => !entry.case.fast)];
const stage: Stage = {
  platform: values.platform,
  rules: await loadRules([]),
  sandbox: await openSandboxes({
    sandbox: backend,
    allowWeakBoundary: true,
    requireStrongBoundary: false,
    mirror: undefined,
    progress: quietProgress,
    signal: new AbortController().signal,
  })(values.platform),
};

let good = 0;
for (const entry of chosen) {
  const one = entry.case;
  if (isPlayed(one)) await tell(entry, () => playAll(entry, one));
}
const proven = chosen.map(entry => entry.case).filter(isProven);
const report = await runTests(proven);
for (const entry of chosen) {
  const one = entry.case;
  if (isProven(one)) await tell(entry, async () => ({ state: 'tested', wrong: unproven(one, report) }));
}
console.log(`${good} of ${chosen.length} as expected`);
process.exitCode = good === chosen.length && chosen.length > 0 ? 0 : 1;

interface Ended {
  readonly state: string;
  readonly wrong: readonly string[];
}

function isChosen({ case: one }: Entry): boolean {
  if (isProven(one) && one.sandbox !== undefined && one.sandbox !== backend) return false;
  if (values.fast && !one.fast) return false;
  return values.only === undefined || values.only.split(',').some(id => isOf(id, one.id));
}

/** `--only R8` means R8a and its sisters too, and `--only R` the whole group. */
function isOf(asked: string, id: string): boolean {
  return (
    id === asked || (id.startsWith(asked) && !/^\d/.test(id.slice(asked.length))) || asked === id.charAt(0)
  );
}

async function tell(entry: Entry, end: () => Promise<Ended>): Promise<void> {
  const began = performance.now();
  const { state, wrong } = await end().catch((error: unknown) => ({
    state: 'NO END',
    wrong: [String(error)],
  }));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const { id, oracle, tries } = entry.case;
  if (wrong.length === 0) good += 1;
  const judged = wrong.length === 0 ? 'as expected' : `DIFFERS: ${wrong.join('; ')}`;
  console.log(
    `${id.padEnd(5)} ${state.padEnd(10)} ${oracle.join('+').padEnd(10)} ${seconds.padStart(6)} s  ${judged}  (${tries})`,
  );
}

async function playAll(entry: Entry, one: PlayedCase): Promise<Ended> {
  const expected = expectationIn(one, circumstances);
  const wrong: string[] = [];
  let state = '';
  for (let machine = 0; machine < one.machines; machine += 1) {
    await play(one, entry.folder, stage, async played => {
      wrong.push(...(await differences(expected, played)));
      state = played.run.verdict.integrity;
    });
  }
  return { state, wrong };
}
