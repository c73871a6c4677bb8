/** Seals one run after the other until it is killed; says the name of each when `seal` has returned. */
import { createRunWriter } from '../../src/store/run-writer.ts';
import { opened, sampleRun } from './sample.ts';

const [folder = '', name = 'run'] = process.argv.slice(2);
for (let count = 0; ; count += 1) {
  const run = `${name}-${String(count).padStart(4, '0')}`;
  const writer = await createRunWriter({ folder, run });
  await writer.writeRaw('build', 'trace', Buffer.from('line\n'.repeat(50_000)));
  const events = Array.from({ length: 3_000 }, (_, index) => opened(index, `/${run}/${index}`));
  await writer.appendEvents('build', 'build', events);
  await writer.seal(sampleRun(run));
  process.stdout.write(`${run}\n`);
}
