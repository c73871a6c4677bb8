import { expect, test } from 'vitest';
import type { TraceItem } from '../../../src/model/trace.ts';
import { DiskWatch } from '../../../src/runner/disk/disk-watch.ts';
import { createNumbering } from '../../../src/runner/numbering.ts';
import { RepeatCounter } from '../../../src/runner/repeats/repeat-counter.ts';
import { SecondSensor } from '../../../src/runner/sensor/second-sensor.ts';
import { Timeline } from '../../../src/runner/timeline.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { heldBytes } from '../../helpers/held-bytes.ts';

const chunks = 256;
/** Half of a frame: what a chunk consists of but for the line that is looked at. */
const filler = `1 write(1</dev/null>, "${'x'.repeat(32_768)}", 32768) = 32768\n`;

test.each<[string, (index: number) => string]>([
  ['renames', index => `1 rename("/home/ada/from-${index}", "/home/ada/to-${index}") = 0`],
  ['links', index => `1 symlink("target-of-link-${index}", "/home/ada/a-long-name-${index}") = 0`],
  [
    'links below one that leads in circles',
    index => `1 symlink("c", "/c") = 0\n1 symlink("/x", "/c/a-long-name-${index}") = 0`,
  ],
  ['deletions', index => `1 unlink("/home/ada/a-long-name-${index}") = 0`],
  ['folders with dots', index => `${index + 2} chdir("/home/ada/../ada/folder-${index}") = 0`],
  ['started programs', index => `1 execve("/usr/local/bin/program-${index}", ["x"], 0x1 /* 1 var */) = 0`],
  ['current folders', index => `${index + 2} mkdirat(AT_FDCWD</home/ada/folder-${index}>, "x", 0777) = 0`],
  ['descriptors', index => `${index + 2} open("/home/ada/a-long-name-${index}", O_RDONLY) = 3`],
  [
    'opens that wait',
    index => `1 openat(AT_FDCWD</>, "/tmp/a-decoy-${index}", O_RDONLY) = 3</home/ada/opened-${index}>`,
  ],
])('of the chunks of a trace nothing is held because of its %s', (_, line) => {
  const held = heldBytes(() => {
    const numbering = createNumbering();
    const [disk, sensor, repeats] = [
      new DiskWatch(numbering, new Timeline(), { separator: '/' }),
      new SecondSensor(),
      new RepeatCounter(),
    ];
    const take = (items: readonly TraceItem[]) => {
      for (const item of items) {
        if (item.kind === 'diagnostic') continue;
        sensor.takeEvent(item);
        repeats.push([disk.see(item)].filter(event => event !== undefined));
      }
    };
    const follow = (path: string, before: readonly TraceItem[]) => {
      take(before);
      return disk.placeOf(path);
    };
    const parser = strace.createParser({ numbering, cwd: '/home/ada', isBounded: true, follow });
    disk.begin([]);
    for (let index = 0; index < chunks; index += 1) {
      take(parser.push(new TextEncoder().encode(`${line(index)}\n${filler}`)));
    }
    return [parser, disk, sensor, repeats];
  });
  // The counter's table of a megabyte is outside of the heap.
  expect(held).toBeLessThan((chunks * filler.length) / 8);
});
