import {
  BIGINT,
  type DuckDBConnection,
  type DuckDBExtractedStatements,
  type DuckDBPreparedStatement,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBValueConverter,
  type Json,
  JsonDuckDBValueConverter,
  StatementType,
} from '@duckdb/node-api';
import { UserError } from '../base/user-error.ts';

/** Values bound to the `$names` of a question. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/**
 * Prepares SQL that only reads. The settings of the connection bound which files can be read; that nothing can be
 * written comes from here, since a folder DuckDB may read is one it may write (tried: COPY TO and ATTACH pass
 * `allowed_paths`).
 */
export async function prepareQuestion(
  connection: DuckDBConnection,
  sql: string,
  parameters: Parameters = {},
): Promise<DuckDBPreparedStatement> {
  // The engine takes SQL as a C string: what stands behind a NUL would not be seen.
  if (sql.includes('\0')) throw refused('the query contains a NUL character');
  if (sql.trim() === '') throw refused('the query is empty');
  const statement = await extractOne(connection, sql);
  if (statement.statementType !== StatementType.SELECT) {
    throw refused(`only SELECT can be asked, not ${StatementType[statement.statementType]}`);
  }
  bind(statement, parameters);
  return statement;
}

/** What the engine says when a Parquet file opens, and then is not what its own description says. */
const damagedFile =
  /^(?!Permission|Parser|Binder|Catalog).*(?:parquet|decompress|zstd|corrupt|thrift|TProtocol|out of buffer)/i;

/** What DuckDB says about a query, as an error the user can act on. */
export function toQueryError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  if (damagedFile.test(error.message)) {
    return new UserError(`a table of a run is damaged: ${error.message}`, {
      help: 'buildhaus runs verify RUN names the file, buildhaus runs rebuild RUN makes it again',
      cause: error,
    });
  }
  return new UserError(error.message.replace(/^Failed to [a-z ]+: /, ''), {
    kind: 'usage',
    help: 'the views and their columns: buildhaus columns',
    cause: error,
  });
}

/** JSON-safe values: 64-bit integers are numbers when they fit, else strings; all else as DuckDB's own JSON. */
export const toJsonSafe: DuckDBValueConverter<Json> = (value, type) => {
  if (typeof value !== 'bigint') return JsonDuckDBValueConverter(value, type, toJsonSafe);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
};

async function extractOne(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await extract(connection, sql);
  if (statements.count !== 1) throw refused('one SELECT can be asked at a time');
  return statements.prepare(0);
}

/** A query of nothing but comments fails without a word of the engine's. */
async function extract(connection: DuckDBConnection, sql: string): Promise<DuckDBExtractedStatements> {
  try {
    return await connection.extractStatements(sql);
  } catch (error) {
    if (error instanceof Error && error.message === 'Error in native callback') {
      throw refused('the query is empty');
    }
    throw error;
  }
}

function bind(statement: DuckDBPreparedStatement, parameters: Parameters): void {
  const values: Record<string, DuckDBValue> = {};
  const types: Record<string, DuckDBType | undefined> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const isInteger = typeof value === 'number' && Number.isSafeInteger(value);
    values[name] = isInteger ? BigInt(value) : value;
    types[name] = isInteger ? BIGINT : undefined;
  }
  statement.bind(values, types);
}

function refused(message: string): UserError {
  return new UserError(message, { kind: 'usage', help: 'ask one SELECT, e.g. FROM events LIMIT 10' });
}
