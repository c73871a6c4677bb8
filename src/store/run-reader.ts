import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api';
import { createOneAtATime } from '../base/one-at-a-time.ts';
import { UserError } from '../base/user-error.ts';
import type { Query, Row } from '../model/ports.ts';
import { bundleFolder, tableFile } from './bundle/layout.ts';
import { readRun, sealedNames, type UnreadableRun } from './bundle/runs.ts';
import { type Parameters, prepareQuestion, toJsonSafe } from './question.ts';
import { quotedTexts, sql } from './tables/sql-text.ts';
import { type TableName, tableNames } from './tables/tables.ts';
import { viewOverFiles } from './tables/views.ts';
import { type Limits, TimeLimit } from './time-limit.ts';

/** What the engine may hold while it answers; a query that needs more fails rather than spilling to the disk. */
const memoryLimit = '1GB';

/** The answer to one question: its columns are known before its first row. */
export interface Answer {
  readonly columns: readonly string[];
  /** Rows as they come, in batches; reading slowly slows the engine. */
  readonly rows: AsyncIterable<readonly Row[]>;
}

/** Sealed runs, to be asked in SQL over the views of `tables.ts`. Nothing can be written and no other file read. */
export interface RunReader extends AsyncDisposable {
  /** Runs that are not among the rows, and why. */
  readonly unreadable: readonly UnreadableRun[];
  /** All rows at once. */
  readonly query: Query;
  /** Row by row; `timeLimitMs` counts from the call to the last row. Iterate it or dispose the reader. */
  ask(question: string, options?: AskOptions): Promise<Answer>;
}

export interface AskOptions extends Limits {
  readonly parameters?: Parameters;
}

/** Opens all runs of a folder, or the named ones; asked for by name, a run that cannot be read is an error. */
export async function openRuns(folder: string, runs?: readonly string[]): Promise<RunReader> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    const { readable, unreadable } = await sort(connection, folder, runs ?? (await sealedNames(folder)));
    const [first] = unreadable;
    if (runs !== undefined && first !== undefined) throw new UserError(first.reason);
    await createViews(
      connection,
      readable.map(run => bundleFolder(folder, run)),
    );
    return new LockedReader(instance, connection, unreadable);
  } catch (error) {
    connection.closeSync();
    instance.closeSync();
    throw error;
  }
}

/** Splits runs into those that can be asked, of a description we know and with tables whole enough to open, and the others. */
async function sort(
  connection: DuckDBConnection,
  folder: string,
  runs: readonly string[],
): Promise<{ readonly readable: readonly string[]; readonly unreadable: readonly UnreadableRun[] }> {
  const reasons = new Map<string, string>();
  const readable = () => runs.filter(run => !reasons.has(run));
  for (const run of runs) {
    try {
      await readRun(folder, run);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      reasons.set(run, error.message);
    }
  }
  for (const table of tableNames) {
    const file = (run: string) => join(bundleFolder(folder, run), tableFile(table));
    for (const run of await findDamaged(connection, readable(), file)) {
      reasons.set(run, `run ${run} is damaged: its ${tableFile(table)} cannot be read`);
    }
  }
  const unreadable = runs.flatMap(run => {
    const reason = reasons.get(run);
    return reason === undefined ? [] : [{ run, reason }];
  });
  return { readable: readable(), unreadable };
}

/** Runs whose file does not open: all are opened by one question, and only where that fails one by one. */
async function findDamaged(
  connection: DuckDBConnection,
  runs: readonly string[],
  fileOf: (run: string) => string,
): Promise<readonly string[]> {
  if (runs.length === 0 || (await canOpen(connection, runs.map(fileOf)))) return [];
  const damaged: string[] = [];
  for (const run of runs) if (!(await canOpen(connection, [fileOf(run)]))) damaged.push(run);
  return damaged;
}

function canOpen(connection: DuckDBConnection, files: readonly string[]): Promise<boolean> {
  const question = sql`SELECT count(*) FROM parquet_file_metadata(${quotedTexts(files)})`;
  return connection.run(question.text).then(
    () => true,
    () => false,
  );
}

/** From here on the engine reads the tables of these bundles, and no other file. */
async function createViews(connection: DuckDBConnection, bundles: readonly string[]): Promise<void> {
  const files = (table: TableName) => bundles.map(bundle => join(bundle, tableFile(table)));
  for (const table of tableNames) await connection.run(viewOverFiles(table, files(table)).text);
  await connection.run(sql`SET allowed_paths = ${quotedTexts(tableNames.flatMap(files))}`.text);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

class LockedReader implements RunReader {
  readonly unreadable: readonly UnreadableRun[];
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #inTurn = createOneAtATime();
  #isOpen = true;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, unreadable: readonly UnreadableRun[]) {
    this.#instance = instance;
    this.#connection = connection;
    this.unreadable = unreadable;
  }

  readonly query = async (question: string, parameters: Parameters = {}): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    for await (const batch of (await this.ask(question, { parameters })).rows) rows.push(...batch);
    return rows;
  };

  async ask(given: string, options: AskOptions = {}): Promise<Answer> {
    const limit = new TimeLimit(this.#connection, options);
    try {
      const result = await this.#inTurn(async () => {
        const question = await prepareQuestion(this.#connection, given, options.parameters);
        limit.check();
        return question.stream();
      });
      return { columns: result.deduplicatedColumnNames(), rows: stream(result, limit) };
    } catch (error) {
      throw limit.explain(error);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.interrupt();
    return this.#inTurn(() => {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      this.#connection.closeSync();
      this.#instance.closeSync();
    });
  }
}

async function* stream(result: DuckDBResult, limit: TimeLimit): AsyncGenerator<readonly Row[]> {
  try {
    for await (const rows of result.yieldConvertedRowObjects(toJsonSafe)) {
      limit.check();
      yield rows;
    }
    // Interrupted between two batches, the engine ends the rows as if they were all.
    limit.check();
  } catch (error) {
    throw limit.explain(error);
  } finally {
    limit.clear();
  }
}
