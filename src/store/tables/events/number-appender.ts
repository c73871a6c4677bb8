import { DOUBLE, type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { quotedName, sql } from '../sql-text.ts';

/** The engine's own size of a chunk, and the most rows it takes at once. */
const rowsPerChunk = 2_048;

/**
 * A table of numbers, appended column by column: a copy of 2 048 numbers costs what a call for one value does. NaN
 * stands for NULL, since the engine's client keeps NULLs as bits in a bigint, which costs more than all the rest.
 */
export class NumberAppender {
  readonly #appender: DuckDBAppender;
  readonly #columns: readonly number[][];
  #rows = 0;

  static async create(
    connection: DuckDBConnection,
    table: string,
    columns: readonly string[],
  ): Promise<NumberAppender> {
    const list = columns.map(name => sql`${quotedName(name)} DOUBLE`);
    await connection.run(sql`CREATE TABLE ${quotedName(table)} (${list})`.text);
    return new NumberAppender(await connection.createAppender(table), columns.length);
  }

  private constructor(appender: DuckDBAppender, width: number) {
    this.#appender = appender;
    this.#columns = Array.from({ length: width }, () => new Array<number>(rowsPerChunk).fill(Number.NaN));
  }

  /** Sets one value of the row that is being made; what is not set is NULL. */
  set(column: number, value: number): void {
    const values = this.#columns[column];
    if (values !== undefined) values[this.#rows] = value;
  }

  endRow(): void {
    this.#rows += 1;
    if (this.#rows === rowsPerChunk) this.#flush();
  }

  /** Forgets what was set since the last row. */
  dropRow(): void {
    for (const values of this.#columns) values[this.#rows] = Number.NaN;
  }

  close(): void {
    if (this.#rows > 0) this.#flush();
    this.#appender.closeSync();
  }

  #flush(): void {
    const types = this.#columns.map(() => DOUBLE);
    const chunk = DuckDBDataChunk.create(types, this.#rows);
    for (const [index, values] of this.#columns.entries()) {
      chunk.setColumnValues(index, this.#rows === rowsPerChunk ? values : values.slice(0, this.#rows));
      values.fill(Number.NaN);
    }
    this.#appender.appendDataChunk(chunk);
    this.#rows = 0;
  }
}
