import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Row } from '../model/ports.ts';
import type { Run } from '../model/run.ts';
import { scratchFolder, tableFile } from './bundle/layout.ts';
import { toScratchFailure } from './bundle/storage-failure.ts';
import { type Parameters, prepareQuestion, toJsonSafe } from './question.ts';
import { type EventConnections, EventTables } from './tables/events/event-tables.ts';
import { RowAppender, type TypedColumn } from './tables/row-appender.ts';
import { toFindingRows, toRunRow, toTaskRows } from './tables/run-rows.ts';
import { quotedName, quotedText, quotedTexts, type Sql, sql } from './tables/sql-text.ts';
import { type Table, type TableName, tableNames, tables } from './tables/tables.ts';
import { processesFromEvents } from './tables/views.ts';
import { type Limits, TimeLimit } from './time-limit.ts';

/**
 * What the engine may hold of a run before it spills to the scratch folder. With Node's own memory and what the
 * engine does not count this comes to about 400 MB (bench/README.md); 96 MB are too few to join and sort a slice, and a
 * second thread costs 40 MB and gains nothing.
 */
const memoryLimit = '128MB';

/** Longest that one question may take: rules of ours take seconds of the largest runs, one that compares all with all days. */
export const maxQuestionMs = 120_000;

/** How the rows of each file are sorted. */
const order = {
  runs: sql`run`,
  tasks: sql`started_ns, task`,
  findings: sql`rule, task`,
  processes: sql`started_ns, proc`,
  diagnostics: sql`task, source_offset, reason`,
} as const satisfies Record<Exclude<TableName, 'events'>, Sql>;

type PlainTable = Exclude<TableName, 'events' | 'processes'>;

interface Appenders {
  readonly events: EventTables;
  readonly plain: Readonly<Record<PlainTable, RowAppender<string>>>;
}

/**
 * The tables of a run while it is made: in memory, spilling to the bundle's scratch folder, so that a killed process
 * leaves nothing but that folder. Calls must not overlap; the run's writer sees to it.
 */
export class Staging {
  readonly #instance: DuckDBInstance;
  readonly #connections: EventConnections;
  readonly #appenders: Appenders;
  readonly #limits: Limits;
  readonly #folder: string;
  #isOpen = true;

  /** `limits` are of each question. */
  static async create(run: string, bundle: string, limits: Limits = {}): Promise<Staging> {
    const scratch = join(bundle, scratchFolder);
    await mkdir(scratch);
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: memoryLimit,
      threads: '1',
      temp_directory: scratch,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connections = { append: await instance.connect(), write: await instance.connect() };
    await lock(connections.append, bundle);
    const appenders = await createAppenders(connections, run, scratch);
    return new Staging(instance, connections, {
      appenders,
      limits: { timeLimitMs: maxQuestionMs, ...limits },
      folder: dirname(bundle),
    });
  }

  private constructor(
    instance: DuckDBInstance,
    connections: EventConnections,
    given: { readonly appenders: Appenders; readonly limits: Limits; readonly folder: string },
  ) {
    this.#instance = instance;
    this.#connections = connections;
    this.#appenders = given.appenders;
    this.#limits = given.limits;
    this.#folder = given.folder;
  }

  get events(): EventTables {
    return this.#appenders.events;
  }

  get diagnostics(): RowAppender<string> {
    return this.#appenders.plain.diagnostics;
  }

  /** Answers over everything appended so far. */
  async query(given: string, parameters: Parameters = {}): Promise<readonly Row[]> {
    await this.#show();
    const limit = new TimeLimit(this.#connections.append, this.#limits);
    try {
      const question = await prepareQuestion(this.#connections.append, given, parameters);
      limit.check();
      const result = await question.run();
      return await result.convertRowObjects(toJsonSafe);
    } catch (error) {
      throw limit.explain(toScratchFailure(error, this.#folder));
    } finally {
      limit.clear();
    }
  }

  /** Writes one Parquet file per table, in the run's order. */
  async writeTables(run: Run, bundle: string): Promise<void> {
    const { runs, tasks, findings } = this.#appenders.plain;
    runs.append(toRunRow(run));
    for (const row of toTaskRows(run)) tasks.append(row);
    for (const row of toFindingRows(run)) findings.append(row);
    await this.#show();
    for (const [table, columns] of Object.entries(order)) {
      const file = quotedText(join(bundle, tableFile(table)));
      const rows = sql`SELECT * FROM ${quotedName(table)} ORDER BY ${columns}`;
      await this.#connections.append.run(
        sql`COPY (${rows}) TO ${file} (FORMAT parquet, COMPRESSION zstd)`.text,
      );
    }
    await this.events.write(join(bundle, tableFile('events')));
  }

  /** Frees the engine; may be called twice. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.events.abandon();
    this.#connections.write.closeSync();
    this.#connections.append.closeSync();
    this.#instance.closeSync();
  }

  /** Makes what was appended visible to queries. */
  async #show(): Promise<void> {
    await this.events.show();
    for (const appender of Object.values(this.#appenders.plain)) appender.flush();
  }
}

/** From here on the engine writes the bundle's tables and its scratch folder, and touches no other file. */
async function lock(connection: DuckDBConnection, bundle: string): Promise<void> {
  const files = quotedTexts(tableNames.map(table => join(bundle, tableFile(table))));
  await connection.run(sql`SET allowed_paths = ${files}`.text);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

async function createAppenders(
  connections: EventConnections,
  run: string,
  scratch: string,
): Promise<Appenders> {
  const connection = connections.append;
  const create = (name: PlainTable) => RowAppender.create(connection, name, typedColumns(tables[name]));
  const appenders = {
    events: await EventTables.create(connections, run, scratch),
    plain: {
      runs: await create('runs'),
      tasks: await create('tasks'),
      findings: await create('findings'),
      diagnostics: await create('diagnostics'),
    },
  };
  await connection.run(sql`CREATE VIEW processes AS ${processesFromEvents}`.text);
  return appenders;
}

function typedColumns(table: Table): readonly TypedColumn<string>[] {
  return Object.entries(table).map(([name, { type }]) => [name, type]);
}
