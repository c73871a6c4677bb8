import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { openRuns } from '../../src/store/run-reader.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { tableNames, tables } from '../../src/store/tables/tables.ts';
import { opened, sampleRun, temporaryFolder } from './sample.ts';

describe('a query over sealed runs', () => {
  test.each([
    ["SELECT * FROM read_text('/etc/passwd')", 'disabled by configuration'],
    ["SELECT * FROM read_text('FOLDER/r1/run.json')", 'disabled by configuration'],
    ["SELECT * FROM 'FOLDER/evil.parquet'", 'disabled by configuration'],
    ["SELECT * FROM glob('/etc/*')", 'disabled by configuration'],
    ["COPY (SELECT 1) TO 'FOLDER/x.csv'", 'disabled by configuration'],
    ["COPY (SELECT 1) TO 'FOLDER/r1/events.parquet'", 'only SELECT can be asked, not COPY'],
    ["EXPORT DATABASE 'FOLDER/x'", 'disabled by configuration'],
    ["ATTACH 'FOLDER/x.db'", 'only SELECT can be asked, not ATTACH'],
    ['INSTALL httpfs', 'only SELECT can be asked'],
    ['LOAD httpfs', 'only SELECT can be asked'],
    ['SET enable_external_access = true', 'only SELECT can be asked, not SET'],
    ['RESET lock_configuration', 'only SELECT can be asked'],
    ['CREATE TABLE t (a INTEGER)', 'only SELECT can be asked, not CREATE'],
    ['DROP VIEW events', 'only SELECT can be asked, not DROP'],
    ['PRAGMA enable_profiling', 'only SELECT can be asked'],
    ['EXPLAIN ANALYZE SELECT 1', 'only SELECT can be asked, not EXPLAIN'],
    ["SELECT 1; COPY (SELECT 1) TO 'FOLDER/x.csv'", 'one SELECT can be asked at a time'],
    ['SELECT 1 \0; DROP VIEW events', 'NUL character'],
    ['', 'the query is empty'],
    ['-- nothing', 'the query is empty'],
    ["SELECT getenv('HOME')", 'getenv'],
    ['SELEKT 1', 'syntax error'],
    ['SELECT nope FROM events', 'nope'],
  ])('refuses %j', async (sql, message) => {
    await using folder = await temporaryFolder();
    await seal(folder.path, 'r1', [opened(1, '/a')]);
    await cp(join(folder.path, 'r1/events.parquet'), join(folder.path, 'evil.parquet'));
    await using reader = await openRuns(folder.path);
    const asked = reader.query(sql.replaceAll('FOLDER', folder.path));
    await expect(asked).rejects.toMatchObject({
      name: 'UserError',
      kind: 'usage',
      message: expect.stringContaining(message),
    });
    expect((await readdir(folder.path)).sort()).toEqual(['evil.parquet', 'r1']);
  });

  test('may describe and summarize', async () => {
    await using folder = await temporaryFolder();
    await using reader = await openRuns(folder.path);
    expect(await reader.query('DESCRIBE events')).toHaveLength(Object.keys(tables.events).length);
    expect(await reader.query('SUMMARIZE tasks')).toHaveLength(Object.keys(tables.tasks).length);
  });

  test.each(tableNames)('finds the view %s empty, with its columns, where there are no runs', async table => {
    await using folder = await temporaryFolder();
    await using reader = await openRuns(join(folder.path, 'not-there-yet'));
    const { columns, rows } = await reader.ask(`FROM ${table}`);
    expect(columns).toEqual(Object.keys(tables[table]));
    expect(await collect(rows)).toEqual([]);
  });

  test('gives whole numbers as numbers when they fit, else as strings', async () => {
    await using folder = await temporaryFolder();
    await using reader = await openRuns(folder.path);
    const sql =
      'SELECT 9007199254740991::BIGINT AS fits, 9007199254740993::BIGINT AS big, [1::BIGINT] AS list';
    expect(await reader.query(sql)).toEqual([{ fits: 9007199254740991, big: '9007199254740993', list: [1] }]);
  });

  test('ends when its time is up', async () => {
    await using folder = await temporaryFolder();
    await using reader = await openRuns(folder.path);
    const endless = 'SELECT count(*) FROM range(1000000000) a, range(1000000000) b';
    const asked = reader.ask(endless, { timeLimitMs: 50 }).then(answer => collect(answer.rows));
    await expect(asked).rejects.toMatchObject({
      message: 'the query took longer than 0.05 s',
      help: 'narrow it with WHERE or LIMIT, or give it more time with --timeout',
    });
    expect(await reader.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('fails when it needs more memory than there is, and writes nothing to the disk', async () => {
    await using folder = await temporaryFolder();
    await seal(folder.path, 'r1', [opened(1, '/a')]);
    await using reader = await openRuns(folder.path);
    const before = await readdir(folder.path, { recursive: true });
    const large = "SELECT length(string_agg(repeat('x', 1000000) || range, '')) AS n FROM range(5000)";
    await expect(reader.query(large)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('Out of Memory'),
    });
    expect(await readdir(folder.path, { recursive: true })).toEqual(before);
    expect(await reader.query('SELECT path FROM events')).toEqual([{ path: '/a' }]);
  });

  test('ends when the asker gives up', async () => {
    await using folder = await temporaryFolder();
    await using reader = await openRuns(folder.path);
    const giveUp = new AbortController();
    const { rows } = await reader.ask('FROM range(100000000)', { signal: giveUp.signal });
    const iterator = rows[Symbol.asyncIterator]();
    await iterator.next();
    giveUp.abort(new Error('Ctrl-C'));
    await expect(collect({ [Symbol.asyncIterator]: () => iterator })).rejects.toThrow('Ctrl-C');
  });

  test('reads runs folders with signs in their names that mean something to SQL or globs', async () => {
    await using folder = await temporaryFolder();
    const odd = join(folder.path, "it's [odd] *?");
    await seal(odd, 'r1', [opened(1, '/a')]);
    await using reader = await openRuns(odd);
    expect(await reader.query('SELECT path FROM events')).toEqual([{ path: '/a' }]);
  });

  test('reads a bundle of an older layout: what it lacks is NULL, what it has too much is not shown', async () => {
    await using folder = await temporaryFolder();
    await seal(folder.path, 'new', [opened(1, '/new')]);
    await seal(folder.path, 'old', []);
    const file = join(folder.path, 'old/events.parquet');
    await writeFile(file, '');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 'old' AS run, 7 AS seq, '/old' AS path, 1 AS gone) TO '${file}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    await using reader = await openRuns(folder.path);
    expect(await reader.query('SELECT run, seq, path, kind FROM events ORDER BY run')).toEqual([
      { run: 'new', seq: 1, path: '/new', kind: 'file.open' },
      { run: 'old', seq: 7, path: '/old', kind: null },
    ]);
  });
});

describe('the view processes', () => {
  const at = { pid: 10, tid: 10, ok: true, origin: 'kernel' } as const;
  const events: readonly Event[] = [
    { ...at, seq: 1, at_ns: 10, proc: 1, kind: 'process.exec', path: '/bin/sh', argv: ['sh', 'x'] },
    { ...at, seq: 2, at_ns: 20, proc: 1, kind: 'process.fork', child: 2, ret: 11 },
    { ...at, pid: 11, seq: 3, at_ns: 30, proc: 2, kind: 'process.exec', path: '/bin/no', ok: false },
    { ...at, pid: 11, seq: 4, at_ns: 40, proc: 2, kind: 'process.exec', path: '/bin/cat', argv: ['cat'] },
    { ...at, pid: 11, seq: 5, at_ns: 50, proc: 2, kind: 'process.exit', signal: 'SIGKILL' },
    { ...at, seq: 6, at_ns: 60, proc: 1, kind: 'process.exit', ret: 3 },
    { ...at, pid: 0, tid: 0, seq: 7, at_ns: 70, proc: 0, kind: 'meta.hint', origin: 'hint' },
  ];

  test('tells what was there before the trace began, and what it runs since', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    await writer.appendEvents('trace', 'install', [
      { ...at, seq: 1, at_ns: 1, proc: 0, kind: 'process.found', child: 1, ret: 4, path: 'System' },
      {
        ...at,
        seq: 2,
        at_ns: 2,
        proc: 1,
        kind: 'process.found',
        child: 2,
        ret: 8,
        path: 'a',
        argv: ['a', 'x'],
      },
      { ...at, pid: 8, seq: 3, at_ns: 3, proc: 2, kind: 'process.exit', ret: 0 },
    ]);
    expect(await writer.query('SELECT proc, parent, pid, exe, argv FROM processes ORDER BY proc')).toEqual([
      { proc: 1, parent: null, pid: 10, exe: 'System', argv: null },
      { proc: 2, parent: 1, pid: 8, exe: 'a', argv: ['a', 'x'] },
    ]);
  });

  test('tells who made whom, what ran, and how it ended, while the run is made and after', async () => {
    await using folder = await temporaryFolder();
    await using writer = await createRunWriter({ folder: folder.path, run: 'r1' });
    await writer.appendEvents('build', 'build', events);
    const question = 'SELECT * FROM processes ORDER BY proc';
    const before = await writer.query(question);
    const shared = { run: 'r1', task: 'build', phase: 'build' };
    expect(before).toEqual([
      {
        ...shared,
        proc: 1,
        parent: null,
        pid: 10,
        exe: '/bin/sh',
        argv: ['sh', 'x'],
        started_ns: 10,
        ended_ns: 60,
        exit_code: 3,
        exit_signal: null,
      },
      {
        ...shared,
        proc: 2,
        parent: 1,
        pid: 11,
        exe: '/bin/cat',
        argv: ['cat'],
        started_ns: 20,
        ended_ns: 50,
        exit_code: null,
        exit_signal: 'SIGKILL',
      },
    ]);
    await writer.seal(sampleRun('r1'));
    await using reader = await openRuns(folder.path);
    expect(await reader.query(question)).toEqual(before);
  });
});

async function seal(folder: string, run: string, events: readonly Event[]): Promise<void> {
  await using writer = await createRunWriter({ folder, run });
  await writer.appendEvents('build', 'build', events);
  await writer.seal(sampleRun(run));
}

async function collect<T>(batches: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}
