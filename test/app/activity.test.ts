import { expect, test } from 'vitest';
import { maxText, readActivity } from '../../src/app/activity.ts';

test('a path is told up to its limit, and one that was cut says so', async () => {
  const { files } = await readActivity(async sql => {
    const asked = maxText + 1;
    expect(sql).toMatch(new RegExp(`left\\(.*, ${asked}\\)|FROM processes`));
    return sql.includes("kind LIKE 'file.%'")
      ? [maxText, asked].map(length => ({ kind: 'file.open', what: 'x'.repeat(length), pid: 1, times: 1 }))
      : [];
  });
  expect(files.map(({ what }) => what)).toEqual(['x'.repeat(maxText), `${'x'.repeat(maxText - 1)}…`]);
});
