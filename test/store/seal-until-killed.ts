/**
 * Seals one run after the other until it is killed; says the name of each when `seal` has returned. Given a number it
 * seals only the one that is named, and is killed at that write.
 */
import { createRunWriter } from '../../src/store/run-writer.ts';
import { killAtWrite } from './kill-at-write.ts';
import { opened, sampleRun } from './sample.ts';

const [folder = '', name = 'run', last] = process.argv.slice(2);
if (last === undefined) {
  for (let count = 0; ; count += 1) await seal(`${name}-${String(count).padStart(4, '0')}`);
}
await killAtWrite(Number(last));
// Paths as long as these fill two slices, which have to be joined.
await seal(name, 'long'.repeat(250));

async function seal(run: string, ending = ''): Promise<void> {
  const writer = await createRunWriter({ folder, run });
  await writer.writeRaw('build', 'trace', Buffer.from('line\n'.repeat(50_000)));
  const events = Array.from({ length: 3_000 }, (_, index) => opened(index, `/${run}/${index}${ending}`));
  await writer.appendEvents('build', 'build', events);
  await writer.seal(sampleRun(run));
  process.stdout.write(`${run}\n`);
}
