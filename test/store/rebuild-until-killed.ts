/** Rebuilds the tables of a run over and over, each time with another event, until it is killed; says how often it has. */
import { rebuildTables } from '../../src/store/rebuild-tables.ts';
import { opened } from './sample.ts';

const [folder = '', run = ''] = process.argv.slice(2);
for (let count = 1; ; count += 1) {
  await rebuildTables({ folder, run }, writer => {
    const events = Array.from({ length: 500 }, (_, index) => opened(index, `/${count}/${index}`));
    return writer.appendEvents('build', 'build', events);
  });
  process.stdout.write(`${count}\n`);
}
