/**
 * Rebuilds the tables of a run over and over, each time with other events, until it is killed; says how often it has.
 * Given a number it does so once, and is killed at that write.
 */
import { rebuildTables } from '../../src/store/rebuild-tables.ts';
import { killAtWrite } from './kill-at-write.ts';
import { opened } from './sample.ts';

const [folder = '', run = '', last] = process.argv.slice(2);
if (last === undefined) for (let count = 1; ; count += 1) await rebuild(count, 500);
await killAtWrite(Number(last));
// Paths as long as these fill two slices, which have to be joined.
await rebuild(0, 1_500, 'long'.repeat(250));

async function rebuild(count: number, length: number, ending = ''): Promise<void> {
  await rebuildTables({ folder, run }, writer => {
    const events = Array.from({ length }, (_, index) => opened(index, `/${count}/${index}${ending}`));
    return writer.appendEvents('build', 'build', events);
  });
  process.stdout.write(`${count}\n`);
}
