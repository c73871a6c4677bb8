/**
 * Parses damaged traces until the time is up: `npm run fuzz [-- --minutes N --seed S]`. The fixtures of all tracers are
 * what is damaged. What fails is made as small as it goes and left in `fuzz-failures/`: give it a name that says what
 * was wrong and move it to `traces-fixtures/<tracer>/`, where it becomes a test.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tracers } from '../../src/tracers/registry.ts';
import { checkParse } from './check-parse.ts';
import { minimize } from './minimize.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';

const root = join(import.meta.dirname, '../..');
const failures = join(root, 'fuzz-failures');
const MAX_FAILURES = 5;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error('--minutes and --seed take a number');

console.log(`seed ${seed}, ${minutes} minutes, ${tracers.map(tracer => tracer.name).join(', ')}`);
const random = new Random(seed);
const corpora = tracers
  .map(tracer => ({ tracer, traces: readTraces(tracer.name) }))
  .filter(one => one.traces.length > 0);
const until = performance.now() + minutes * 60_000;
let [inputs, bytes, failed] = [0, 0, 0];
while (performance.now() < until && failed < MAX_FAILURES) {
  const { tracer, traces } = random.of(corpora);
  const trace = mutate(random, traces);
  const chunkBytes = 1 + random.below(200);
  const wrong = checkParse(tracer, trace, chunkBytes);
  inputs += 1;
  bytes += trace.length;
  if (wrong === undefined) continue;
  failed += 1;
  const small = minimize(trace, shorter => checkParse(tracer, shorter, chunkBytes) !== undefined);
  mkdirSync(failures, { recursive: true });
  const file = join(failures, `${seed}-${inputs}.${tracer.name}`);
  writeFileSync(file, small);
  console.log(
    `${tracer.name}: ${wrong}\n  in chunks of ${chunkBytes}; ${small.length} bytes of it are in ${file}`,
  );
}
console.log(`${inputs} inputs, ${(bytes / 1e6).toFixed(1)} MB, ${failed} failures`);
process.exitCode = failed === 0 ? 0 : 1;

function readTraces(tracer: string): readonly Uint8Array[] {
  const folder = join(root, 'traces-fixtures', tracer);
  const files = (existsSync(folder) ? readdirSync(folder) : []).filter(file => file.endsWith(`.${tracer}`));
  return files.map(file => readFileSync(join(folder, file)));
}
