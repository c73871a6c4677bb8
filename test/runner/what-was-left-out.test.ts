import { expect, test } from 'vitest';
import { CapReached } from '../../src/model/caps.ts';
import type { TreeEntry } from '../../src/model/ports.ts';
import { maxLeftovers } from '../../src/runner/disk/leftovers.ts';
import { maxHints } from '../../src/runner/task/hints.ts';
import { strace } from '../../src/tracers/strace/index.ts';
import { treeEntry } from './disk/events.ts';
import { live } from './live.ts';
import { chunk, frames } from './scripted-session.ts';

test('a piece of the trace that cannot be read makes it incomplete, whatever a sensor says', async () => {
  const { run, task } = await live({ tasks: { build: frames(chunk('trace', '10 ?\n10 openat\n')) } });
  expect(task('build')).toMatchObject({ status: 'passed', diagnostics: 1, sensor: null });
  expect(run.verdict).toMatchObject({ integrity: 'incomplete', behaviour: 'note' });
  expect(run.verdict.reasons.join()).toContain('1 pieces of the trace of build could not be read');
});

test('work that a probe left undone is a cap of the task', async () => {
  const hint = '{"hint":"partial","what":"scripts","done":100,"total":101}\n';
  const { run, task } = await live({ tasks: { 'entry-points': frames(chunk('hint', hint)) } });
  expect(task('entry-points')?.caps).toEqual(['scripts']);
  expect(run.verdict).toMatchObject({ integrity: 'truncated', behaviour: 'note' });
});

test('a cap of the parser is a cap of the task', async () => {
  const { run, task } = await live({ tasks: { build: frames(chunk('trace', '10 too-many\n')) } });
  expect(task('build')?.caps).toEqual(['too-many-threads']);
  expect(run.verdict.integrity).toBe('truncated');
});

test('what was left out of the package truncates the run, and is told by name', async () => {
  const { run } = await live({}, { leftOut: ['.venv', 'data'] });
  expect(run.tasks.flatMap(task => task.caps.map(cap => [task.name, cap]))).toEqual([['fetch', 'left-out']]);
  expect(run.verdict).toMatchObject({ behaviour: 'note', integrity: 'truncated' });
  const sentence = 'left out: .venv, data; analyze an sdist, or remove what is left out';
  expect(run.verdict.reasons).toContain(sentence);
});

test('a limit of the disk that a call met is a cap of the task', async () => {
  const calls = [
    '10 ftruncate(3</tmp/big>, 1099511627776) = -1 EFBIG (File too large)',
    '10 write(4</tmp/x>, "x"..., 4096) = -1 ENOSPC (No space left on device)',
    '10 write(4</tmp/x>, "x"..., 4096) = -1 ENOSPC (No space left on device)',
    '10 +++ exited with 0 +++\n',
  ];
  const build = frames(chunk('trace', calls.join('\n'))).filter((_, at) => at !== 1);
  const { task } = await live({ tasks: { build } }, { tracer: strace });
  expect(task('build')?.caps).toEqual(['file-bytes', 'disk-full']);
});

test('a claim beyond the most that are kept is a cap of the task', async () => {
  const hint = '{"hint":"module","name":"a","ok":true}\n';
  const kept = await live({ tasks: { import: frames(chunk('hint', hint.repeat(maxHints))) } });
  expect(kept.task('import')?.caps).toEqual([]);
  const { run, task } = await live({ tasks: { import: frames(chunk('hint', hint.repeat(maxHints + 1))) } });
  expect(task('import')?.caps).toEqual(['hints']);
  expect(run.verdict.integrity).toBe('truncated');
});

test('more files than are looked at are a cap of the task, and what it did is found after the next one', async () => {
  const tooLarge = new CapReached('tree-size', 'its files come to more than 9 entries');
  const trees = { boot: [], start: tooLarge, import: [treeEntry('/home/mira/hidden')] };
  const { run, task, writer } = await live({ trees });
  expect([task('start')?.caps, task('import')?.caps]).toEqual([['tree-size'], []]);
  expect(run.verdict).toMatchObject({ behaviour: 'note', integrity: 'truncated' });
  expect(run.verdict.reasons).toContain('start reached a limit: tree-size');
  const shown = writer.events.filter(({ event }) => event.origin === 'disk');
  expect(shown.map(one => one.task)).toEqual(['import']);
});

test('a machine with more files than are looked at before anything ran is never held against its trace', async () => {
  const { run } = await live({ trees: { boot: new CapReached('tree-size', 'too many'), fetch: [] } });
  expect(run.verdict.integrity).toBe('incomplete');
});

test('more leftovers than are kept are a cap of the task', async () => {
  const left = Array.from({ length: maxLeftovers + 1 }, (_, index) => treeEntry(`/tmp/${index}`));
  const ending = async (uninstall: readonly TreeEntry[]) => {
    const { task } = await live({ trees: { boot: [], uninstall } });
    return [task('uninstall')?.caps, task('uninstall')?.reason];
  };
  expect(await ending(left.slice(1))).toEqual([[], expect.stringContaining(`; ${maxLeftovers} leftovers`)]);
  expect(await ending(left)).toEqual([
    ['leftovers'],
    expect.stringContaining(`; ${maxLeftovers}+ leftovers`),
  ]);
});
