/** Appends events and raw bytes until it is killed; says `appending` once it has begun. */
import { readStartTime } from '../../src/sandbox/host/process-start-time.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { opened } from './sample.ts';

const [folder = ''] = process.argv.slice(2);
const writer = await createRunWriter({
  folder,
  run: 'killed',
  startTime: await readStartTime(process.pid),
});
for (let seq = 0; ; seq += 1000) {
  const events = Array.from({ length: 1000 }, (_, index) => opened(seq + index, `/file/${seq + index}`));
  await writer.appendEvents('build', 'build', events);
  await writer.writeRaw('build', 'trace', Buffer.from('line\n'.repeat(1000)));
  if (seq === 100_000) process.stdout.write('appending\n');
}
