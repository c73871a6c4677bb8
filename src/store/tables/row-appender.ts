import { BIGINT, type DuckDBAppender, type DuckDBConnection, LIST, VARCHAR } from '@duckdb/node-api';
import { wellFormed } from '../../base/well-formed.ts';
import { quotedName, sql, word } from './sql-text.ts';
import type { Column } from './tables.ts';

/** Longest text kept in a column, in UTF-16 units; the rest is counted in its last characters. */
export const maxTextLength = 65_536;
/** Most items kept in a list; the rest is counted in one more item. */
export const maxListLength = 4_096;

export type Value = string | number | boolean | readonly string[] | readonly number[] | null | undefined;
/** A record for a table with the columns `Name`; it may lack any of them. */
export type RowRecord<Name extends string> = { readonly [N in Name]?: Value };

type Append = (appender: DuckDBAppender, value: unknown) => void;

/** A column to be made, by name and type. */
export type TypedColumn<Name extends string> = readonly [name: Name, type: Column['type']];

const minInteger = -(2 ** 31);
const maxInteger = 2 ** 31 - 1;
const maxBigint = 2 ** 63;

/** Creates a table and appends records to it, one value per column; what a record lacks is NULL. */
export class RowAppender<Name extends string> {
  readonly #appender: DuckDBAppender;
  readonly #columns: readonly Append[];
  readonly #positions: ReadonlyMap<string, number>;
  readonly #values: unknown[];

  static async create<Name extends string>(
    connection: DuckDBConnection,
    name: string,
    columns: readonly TypedColumn<Name>[],
  ): Promise<RowAppender<Name>> {
    const list = columns.map(([column, type]) => sql`${quotedName(column)} ${word(type)}`);
    await connection.run(sql`CREATE TABLE ${quotedName(name)} (${list})`.text);
    return new RowAppender(await connection.createAppender(name), columns);
  }

  private constructor(appender: DuckDBAppender, columns: readonly TypedColumn<Name>[]) {
    this.#appender = appender;
    this.#columns = columns.map(([, type]) => appendByType[type]);
    this.#positions = new Map(columns.map(([name], position) => [name, position]));
    this.#values = columns.map(() => undefined);
  }

  append<Record extends RowRecord<Name>>(record: Record): void {
    const [appender, values] = [this.#appender, this.#values];
    // By the keys a record has: asking it for each that it may lack took longer than all else here.
    for (const name in record) {
      const position = this.#positions.get(name);
      if (position !== undefined) values[position] = record[name];
    }
    for (let position = 0; position < values.length; position += 1) {
      const value = values[position];
      if (value === undefined || value === null) appender.appendNull();
      else this.#columns[position]?.(appender, value);
      values[position] = undefined;
    }
    appender.endRow();
  }

  /** Makes what was appended visible to queries. */
  flush(): void {
    this.#appender.flushSync();
  }

  close(): void {
    this.#appender.closeSync();
  }
}

/** Text as it can be stored: whole unless it is very long, and the same again when read. */
export function storable(text: string, limit: number = maxTextLength): string {
  if (text.length <= limit) return wellFormed(text);
  return `${wellFormed(text.slice(0, limit))}…[+${text.length - limit}]`;
}

/** A number that 64 bits hold; one that they cannot is unknown rather than wrong. */
export function toBigint(value: unknown): number | undefined {
  const fits = typeof value === 'number' && value >= -maxBigint && value < maxBigint;
  return fits ? Math.trunc(value) : undefined;
}

/** A number that 32 bits hold. */
export function toInteger(value: unknown): number | undefined {
  const fits = typeof value === 'number' && value >= minInteger && value <= maxInteger;
  return fits ? Math.trunc(value) : undefined;
}

const listOfText = LIST(VARCHAR);
const listOfNumbers = LIST(BIGINT);

const appendByType = {
  VARCHAR: (appender, value) => appender.appendVarchar(typeof value === 'string' ? storable(value) : ''),
  BIGINT: (appender, value) => {
    const number = toBigint(value);
    if (number === undefined) appender.appendNull();
    else appender.appendBigInt(BigInt(number));
  },
  INTEGER: (appender, value) => {
    const number = toInteger(value);
    if (number === undefined) appender.appendNull();
    else appender.appendInteger(number);
  },
  DOUBLE: (appender, value) =>
    typeof value === 'number' ? appender.appendDouble(value) : appender.appendNull(),
  BOOLEAN: (appender, value) => appender.appendBoolean(value === true),
  'VARCHAR[]': (appender, value) => {
    appender.appendList(Array.isArray(value) ? storableList(value) : [], listOfText);
  },
  'BIGINT[]': (appender, value) => {
    const numbers = Array.isArray(value) ? value.filter(Number.isSafeInteger) : [];
    appender.appendList(numbers.map(BigInt), listOfNumbers);
  },
} as const satisfies Readonly<Record<Column['type'], Append>>;

function storableList(items: readonly unknown[]): readonly string[] {
  const kept = items.slice(0, maxListLength).map(item => storable(String(item)));
  return items.length > maxListLength ? [...kept, `…[+${items.length - maxListLength}]`] : kept;
}
