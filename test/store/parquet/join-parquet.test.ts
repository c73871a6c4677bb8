import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { joinParquet } from '../../../src/store/parquet/join-parquet.ts';
import { temporaryFolder } from '../sample.ts';

/** Every form of column that a bundle has: repeated texts get a dictionary and a bloom filter, others do not. */
const rows = (from: number, count: number) => `
  SELECT i AS seq, 'word ' || i % 7 AS word, 'text ' || i AS text, i % 3 = 0 AS ok,
    CASE WHEN i % 2 = 0 THEN [text, 'x'] END AS list, NULL::VARCHAR AS nothing
  FROM range(${from}, ${from + count}) t(i)`;

describe('files that are joined', () => {
  test('are read as one after the other', async () => {
    await using folder = await temporaryFolder();
    using engine = await openEngine();
    const parts = [rows(0, 0), rows(0, 5_000), rows(5_000, 1), rows(5_001, 0), rows(5_001, 9_000)];
    const joined = await joinAll(engine, folder.path, parts);
    expect(await ask(engine, `SELECT * FROM '${joined}'`)).toEqual(await ask(engine, rows(0, 14_001)));
    const [told] = await ask(engine, `SELECT num_rows FROM parquet_file_metadata('${joined}')`);
    expect(told).toEqual({ num_rows: '14001' });
  });

  test('give what is looked up by their statistics and bloom filters, wherever it is', async () => {
    await using folder = await temporaryFolder();
    using engine = await openEngine();
    const joined = await joinAll(engine, folder.path, [
      rows(0, 4_000),
      rows(4_000, 4_000),
      rows(8_000, 4_000),
    ]);
    for (const seq of [0, 3_999, 4_000, 8_000, 11_999]) {
      const found = await ask(engine, `SELECT seq FROM '${joined}' WHERE text = 'text ${seq}'`);
      expect(found).toEqual([{ seq: `${seq}` }]);
    }
    const probed = await ask(
      engine,
      `SELECT row_group_id AS id, bloom_filter_excludes AS no FROM parquet_bloom_probe('${joined}', 'word', 'word 3')`,
    );
    expect(probed.map(({ no }) => no)).toEqual([false, false, false]);
  });

  test('begin where their rows stand now, every page and bloom filter', async () => {
    await using folder = await temporaryFolder();
    using engine = await openEngine();
    const joined = await joinAll(engine, folder.path, [rows(0, 100), rows(0, 100)]);
    const [first] = await ask(engine, `SELECT footer_size FROM parquet_file_metadata('${folder.path}/0')`);
    const places = await ask(
      engine,
      `SELECT row_group_id, data_page_offset, dictionary_page_offset, bloom_filter_offset
       FROM parquet_metadata('${joined}') ORDER BY row_group_id, column_id`,
    );
    const { length } = await readFile(join(folder.path, '0'));
    const by = length - Number(first?.['footer_size']) - 'PAR1'.length * 3;
    const moved = (place: unknown) => (place === null ? null : String(Number(place) + by));
    const half = places.length / 2;
    expect(places.slice(half)).toEqual(
      places.slice(0, half).map(place => ({
        row_group_id: '1',
        data_page_offset: moved(place['data_page_offset']),
        dictionary_page_offset: moved(place['dictionary_page_offset']),
        bloom_filter_offset: moved(place['bloom_filter_offset']),
      })),
    );
    expect(places.filter(place => place['bloom_filter_offset'] !== null)).not.toEqual([]);
  });

  test('are that file, byte for byte, when there is one', async () => {
    await using folder = await temporaryFolder();
    using engine = await openEngine();
    const joined = await joinAll(engine, folder.path, [rows(0, 3_000)]);
    expect(await readFile(joined)).toEqual(await readFile(join(folder.path, '0')));
  });

  test('may be more than a short list holds', async () => {
    await using folder = await temporaryFolder();
    using engine = await openEngine();
    const parts = Array.from({ length: 16 }, (_, index) => rows(index, 1));
    const joined = await joinAll(engine, folder.path, parts);
    expect(await ask(engine, `SELECT * FROM '${joined}'`)).toEqual(await ask(engine, rows(0, 16)));
  });

  test('of different columns are an error of ours', async () => {
    await using folder = await temporaryFolder();
    using engine = await openEngine();
    await expect(joinAll(engine, folder.path, ['SELECT 1 AS a', 'SELECT 1 AS b'])).rejects.toThrow(
      'different columns',
    );
  });

  test.each([0, 3, 12, 700])('of which one is cut after %d bytes are refused', async length => {
    await using folder = await temporaryFolder();
    using engine = await openEngine();
    const whole = await writeParts(engine, folder.path, [rows(0, 100)]);
    const cut = join(folder.path, 'cut');
    await writeFile(cut, (await readFile(join(folder.path, '0'))).subarray(0, length));
    await expect(joinParquet([...whole, cut], join(folder.path, 'joined'))).rejects.toThrow(
      'no whole Parquet',
    );
  });
});

async function openEngine(): Promise<DuckDBConnection & Disposable> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return Object.assign(connection, { [Symbol.dispose]: () => connection.closeSync() });
}

async function joinAll(engine: DuckDBConnection, folder: string, parts: readonly string[]): Promise<string> {
  const joined = join(folder, 'joined.parquet');
  await joinParquet(await writeParts(engine, folder, parts), joined);
  return joined;
}

/** A file of each question's answer, named by its number. */
async function writeParts(engine: DuckDBConnection, folder: string, parts: readonly string[]) {
  const files: string[] = [];
  for (const [index, part] of parts.entries()) {
    const file = join(folder, String(index));
    await engine.run(`COPY (${part}) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`);
    files.push(file);
  }
  return files;
}

async function ask(engine: DuckDBConnection, question: string) {
  return (await engine.runAndReadAll(question)).getRowObjectsJson();
}
