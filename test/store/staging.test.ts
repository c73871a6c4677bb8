import { describe, expect, test } from 'vitest';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { temporaryFolder } from './sample.ts';

const endless = 'SELECT count(*) AS n FROM range(1000000000) a, range(1000000000) b';

describe('a question to a run that is being made', () => {
  test('ends when its time is up, and the next one is answered', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' }, { timeLimitMs: 50 });
    await expect(writer.query(endless)).rejects.toMatchObject({
      name: 'UserError',
      kind: 'usage',
      message: 'the query took longer than 0.05 s',
    });
    expect(await writer.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('ends when the run is given up, and those that wait behind it are not asked', async () => {
    await using folder = await temporaryFolder();
    const giveUp = new AbortController();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' }, { signal: giveUp.signal });
    const reason = new Error('Ctrl-C');
    setTimeout(() => giveUp.abort(reason), 50);
    const asked = [endless, 'SELECT 1'].map(question => writer.query(question));
    expect(await Promise.allSettled(asked)).toEqual(asked.map(() => ({ status: 'rejected', reason })));
  });
});
