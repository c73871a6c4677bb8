import { expect, test } from 'vitest';
import { openRuns } from '../../src/store/run-reader.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { longCharacters, longText, TextBudget } from '../../src/store/tables/events/text-budget.ts';
import { opened, sampleRun, temporaryFolder } from './sample.ts';

test('a flood of long texts that never repeat is cut and marked, and the run is kept', async () => {
  await using folder = await temporaryFolder();
  await using writer = await createRunWriter({ folder: folder.path, run: 'flood' });
  const length = 60_000;
  const count = Math.ceil((longCharacters * 2) / length);
  const events = Array.from({ length: count }, (_, index) =>
    opened(index, `/${index}/`.padEnd(length, `${index}`)),
  );
  expect(writer.caps).toEqual([]);
  await writer.appendEvents('build', 'build', events);
  await writer.appendEvents('build', 'build', [opened(count, '/short')]);
  expect(writer.caps).toEqual(['event-text']);
  await writer.seal(sampleRun('flood'));
  await using reader = await openRuns(folder.path);
  const question = `SELECT count(*) AS n, count(DISTINCT path) AS paths, max(length(path)) AS longest,
    count(*) FILTER (length(path) > ${longText + 20}) BETWEEN 1 AND ${count - 1} AS some_are_whole,
    bool_and(list_contains(flags, 'truncated')) FILTER (path LIKE '%…[+%') AS cuts_are_marked,
    max(path) FILTER (seq = ${count}) AS last FROM events`;
  expect(await reader.query(question)).toEqual([
    {
      n: count + 1,
      paths: count + 1,
      longest: length,
      some_are_whole: true,
      cuts_are_marked: true,
      last: '/short',
    },
  ]);
});

test('short texts never spend the budget, and long ones do at its last character', () => {
  const budget = new TextBudget(longText + 1);
  for (let count = 0; count < 1_000; count += 1) budget.spend(longText);
  expect(budget.isSpent).toBe(false);
  budget.spend(longText + 1);
  expect(budget.isSpent).toBe(true);
});
