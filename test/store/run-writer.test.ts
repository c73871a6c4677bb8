import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { listRuns, readRun, verifyRun } from '../../src/store/bundle/runs.ts';
import { openRuns } from '../../src/store/run-reader.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { charactersPerSlice, rowsPerSlice } from '../../src/store/tables/events/event-slice.ts';
import { maxListLength, maxTextLength } from '../../src/store/tables/row-appender.ts';
import { opened, sampleRun, temporaryFolder } from './sample.ts';

const whole = {
  ...opened(1, '/usr/bin/gcc'),
  kind: 'process.exec',
  dur_ns: 5,
  argv: ['gcc', '-c', 'x.c'],
  flags: ['truncated'],
  source_offset: 2 ** 40,
  source_length: 77,
  frame: 'setup.py:14 in run',
  novel: true,
} as const satisfies Event;

describe('a bundle', () => {
  test('holds what was appended, before and after it is sealed', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    await writer.appendEvents('build', 'build', [whole, opened(2, '/home/ada/.ssh/id_rsa')]);
    await writer.appendEvents('test', 'test', [opened(3, '/tmp/a')]);
    const question = 'SELECT * FROM events ORDER BY seq';
    const before = await writer.query(question);
    expect(before).toMatchObject([{ ...whole, run: 'r1', task: 'build' }, { seq: 2 }, { task: 'test' }]);
    await writer.seal(sampleRun('r1'));
    await using reader = await openRuns(folder.path);
    expect(await reader.query(question)).toEqual(before);
  });

  test('keeps raw evidence byte for byte, and a manifest of every file', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256);
    await writer.writeRaw('build', 'trace', bytes.subarray(0, 100_000));
    await writer.writeRaw('build', 'stderr', Buffer.from('warning'));
    await writer.writeRaw('build', 'trace', bytes.subarray(100_000));
    const { folder: bundle } = await writer.seal(sampleRun('r1'));
    const raw = gunzipSync(await readFile(join(bundle, 'evidence/build.trace.gz')));
    expect(Buffer.compare(raw, bytes)).toBe(0);
    expect((await readdir(bundle)).sort()).toEqual([
      'diagnostics.parquet',
      'events.parquet',
      'evidence',
      'findings.parquet',
      'manifest.json',
      'processes.parquet',
      'run.json',
      'runs.parquet',
      'tasks.parquet',
    ]);
    expect(await verifyRun(folder.path, 'r1')).toEqual([]);
    await writeFile(join(bundle, 'evidence/build.trace.gz'), 'forged');
    await writeFile(join(bundle, 'more.txt'), 'more');
    expect(await verifyRun(folder.path, 'r1')).toMatchObject([
      { file: 'evidence/build.trace.gz', problem: 'changed' },
      { file: 'more.txt', problem: 'unexpected' },
    ]);
  });

  test('gives back the run it was sealed with', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    await writer.seal(sampleRun('r1'));
    expect(await readRun(folder.path, 'r1')).toEqual(sampleRun('r1'));
    expect((await listRuns(folder.path)).runs).toHaveLength(1);
    await using reader = await openRuns(folder.path, ['r1']);
    expect(await reader.query('SELECT task, survivors, leftovers FROM tasks')).toEqual([
      { task: 'build', survivors: ['sleep 1'], leftovers: ['added /tmp/x'] },
    ]);
    expect(await reader.query('SELECT rule, seqs FROM findings')).toEqual([
      { rule: 'private-key-read', seqs: [2] },
    ]);
  });

  test('is gone when it is disposed of without being sealed', async () => {
    await using folder = await temporaryFolder();
    {
      await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
      await writer.appendEvents('build', 'build', [whole]);
      await writer.writeRaw('build', 'trace', Buffer.from('line\n'));
      expect(await readdir(folder.path)).toHaveLength(1);
    }
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('is gone when it is disposed of while a slice is being written', async () => {
    await using folder = await temporaryFolder();
    {
      await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
      const events = Array.from({ length: rowsPerSlice }, (_, index) => opened(index, `/${index}`));
      await writer.appendEvents('build', 'build', events);
      await writer.appendEvents('build', 'build', [opened(rowsPerSlice, '/last')]);
    }
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('takes more text than one slice may hold', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    const count = charactersPerSlice / maxTextLength + 1;
    for (let seq = 0; seq < count; seq += 1) {
      const path = `/${seq}`.padEnd(maxTextLength, 'x');
      await writer.appendEvents('build', 'build', [opened(seq, path)]);
    }
    const question = 'SELECT count(DISTINCT path) AS paths, count(*) AS n FROM events';
    expect(await writer.query(question)).toEqual([{ paths: count, n: count }]);
  });

  test('takes very many events with texts of their own at once', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    const count = 3 * rowsPerSlice;
    const events = Array.from({ length: count }, (_, index) => ({
      ...opened(index, `/${index}`),
      args: `${index}`.padEnd(400, 'x'),
    }));
    await writer.appendEvents('build', 'build', events);
    expect(await writer.query('SELECT count(DISTINCT args) AS n FROM events')).toEqual([{ n: count }]);
  });

  test('keeps the order of appends that were not waited for, and answers between them', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    const answers = Array.from({ length: 20 }, (_, index) => {
      const appended = writer.appendEvents('build', 'build', [opened(index, `/f${index}`)]);
      return appended.then(() => writer.query('SELECT count(*) AS n FROM events'));
    });
    expect((await Promise.all(answers)).at(-1)).toEqual([{ n: 20 }]);
  });

  test('is the same whether its events fit into one slice or not', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    const events = Array.from({ length: rowsPerSlice + 1 }, (_, index) => opened(index, `/${index}`));
    await writer.appendEvents('build', 'build', events.slice(0, -1));
    await writer.appendEvents('build', 'build', events.slice(-1));
    await writer.appendEvents('test', 'test', [{ ...whole, seq: rowsPerSlice + 2 }]);
    const question =
      'SELECT count(*) AS n, count(DISTINCT seq) AS seqs, min(path) AS first, max(argv) AS argv, list_sort(list(DISTINCT task)) AS tasks FROM events';
    const before = await writer.query(question);
    expect(before).toEqual([
      {
        n: rowsPerSlice + 2,
        seqs: rowsPerSlice + 2,
        first: '/0',
        argv: whole.argv,
        tasks: ['build', 'test'],
      },
    ]);
    await writer.seal(sampleRun('r1'));
    await using reader = await openRuns(folder.path);
    expect(await reader.query(question)).toEqual(before);
  });

  test('refuses an id that is taken, and one that is no folder name', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    await writer.seal(sampleRun('r1'));
    await expect(createRunWriter({ folder: folder.path, run: 'r1' })).rejects.toThrow('already there');
    await expect(createRunWriter({ folder: folder.path, run: '../r2' })).rejects.toThrow('not a run id');
  });

  test('is made beside another one at the same time', async () => {
    await using folder = await temporaryFolder();
    await using first = await createRunWriter({ folder: folder.path, run: 'r1' });
    await using second = await createRunWriter({ folder: folder.path, run: 'r2' });
    await first.appendEvents('build', 'build', [opened(1, '/one')]);
    await second.appendEvents('build', 'build', [opened(1, '/two')]);
    await first.seal(sampleRun('r1'));
    await second.seal(sampleRun('r2'));
    await using reader = await openRuns(folder.path);
    expect(await reader.query('SELECT run, path FROM events ORDER BY run')).toEqual([
      { run: 'r1', path: '/one' },
      { run: 'r2', path: '/two' },
    ]);
  });
});

describe('hostile text', () => {
  test.each([
    ['a NUL', 'a\0b'],
    ['an injection', "'); DROP TABLE events; --"],
    ['line breaks and escapes', 'a\n\u001b[2J\r\t'],
    ['emoji and bidi', '\u{1f4a3}\u202e'],
    ['nothing', ''],
    ['a text at the limit', 'x'.repeat(maxTextLength)],
  ])('comes back the same: %s', async (_, text) => {
    expect(await storeAndRead(opened(1, text))).toMatchObject({ path: text, flags: null });
  });

  test('that is no Unicode comes back as visible escapes', async () => {
    expect(await storeAndRead(opened(1, 'a\ud800b\udc00'))).toMatchObject({ path: 'a\\ud800b\\udc00' });
  });

  test('that becomes the same as another stays one row each', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    const paths = ['/\ud800', '/\\ud800', '/\ud800', '/other'];
    await writer.appendEvents(
      'build',
      'build',
      paths.map((path, seq) => opened(seq, path)),
    );
    expect(await writer.query('SELECT path FROM events ORDER BY seq')).toEqual([
      { path: '/\\ud800' },
      { path: '/\\ud800' },
      { path: '/\\ud800' },
      { path: '/other' },
    ]);
  });

  test('beyond the limit is cut, and says so', async () => {
    const path = `/${'x'.repeat(maxTextLength)}`;
    const row = await storeAndRead(opened(1, path));
    expect(row).toMatchObject({ path: `${path.slice(0, maxTextLength)}…[+1]`, flags: ['truncated'] });
  });

  test('in a list beyond the limit is cut, and says so', async () => {
    const argv = Array.from({ length: maxListLength + 2 }, () => 'x');
    const row = await storeAndRead({ ...whole, argv, flags: [] });
    expect(row).toMatchObject({ argv: [...argv.slice(0, maxListLength), '…[+2]'], flags: ['truncated'] });
  });

  test('numbers no column can hold are unknown', async () => {
    const row = await storeAndRead({ ...opened(1, '/a'), ret: 2 ** 70, pid: 2 ** 31 });
    expect(row).toMatchObject({ ret: null, pid: null });
  });

  test('any event comes back as it was, but for halves of surrogate pairs', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    let seq = 0;
    const event = fc.record({
      path: fc.string({ unit: 'binary' }),
      argv: fc.array(fc.string({ unit: 'binary' })),
      ret: fc.maxSafeInteger(),
      at_ns: fc.maxSafeInteger(),
      ok: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(event, async given => {
        seq += 1;
        const stored: Event = { ...opened(seq, ''), kind: 'process.exec', ...given };
        await writer.appendEvents('build', 'build', [stored]);
        const [row] = await writer.query('SELECT * FROM events WHERE seq = $seq', { seq });
        expect(row).toMatchObject(given);
      }),
      { numRuns: 60 },
    );
  });
});

async function storeAndRead(event: Event): Promise<unknown> {
  await using folder = await temporaryFolder();
  await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
  await writer.appendEvents('build', 'build', [event]);
  await writer.seal(sampleRun('r1'));
  await using reader = await openRuns(folder.path);
  const [row] = await reader.query('SELECT * FROM events');
  return row;
}
