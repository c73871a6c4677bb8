import { quotedName, quotedTexts, type Sql, sql, word } from './sql-text.ts';
import { type TableName, tables } from './tables.ts';

/**
 * The SQL of one documented view over the Parquet files of any number of bundles, none included. Files of an older
 * layout lack columns, those of a newer one have more: the row of typed NULLs gives every view the same columns.
 */
export function viewOverFiles(table: TableName, files: readonly string[]): Sql {
  const columns = Object.entries(tables[table]);
  const empty = columns.map(([name, { type }]) => sql`NULL::${word(type)} AS ${quotedName(name)}`);
  const none = sql`SELECT ${empty} WHERE false`;
  const rows =
    files.length === 0
      ? none
      : sql`${none} UNION ALL BY NAME SELECT * FROM read_parquet(${quotedTexts(files)}, union_by_name = true)`;
  const names = columns.map(([name]) => quotedName(name));
  return sql`CREATE VIEW ${quotedName(table)} AS SELECT ${names} FROM (${rows})`;
}

/**
 * Processes as the events tell of them: each number that acted or was forked, what it executed last (or ran
 * when it was found), how it ended. `proc` 0 is no process: notes about the evidence carry it.
 */
export const processesFromEvents = sql`
  WITH acted AS (
    SELECT run, proc,
      arg_min(pid, seq) AS pid,
      arg_min(task, seq) AS task,
      arg_min(phase, seq) AS phase,
      min(at_ns) AS started_ns,
      arg_max(path, seq) FILTER (kind = 'process.exec' AND ok IS NOT FALSE) AS exe,
      arg_max(argv, seq) FILTER (kind = 'process.exec' AND ok IS NOT FALSE) AS argv,
      max(at_ns) FILTER (kind = 'process.exit') AS ended_ns,
      arg_max(ret, seq) FILTER (kind = 'process.exit' AND signal IS NULL) AS exit_code,
      arg_max(signal, seq) FILTER (kind = 'process.exit') AS exit_signal
    FROM events WHERE proc <> 0 GROUP BY run, proc
  ), forked AS (
    SELECT run, child AS proc,
      nullif(arg_min(proc, seq), 0) AS parent,
      arg_min(ret, seq) AS pid,
      arg_min(task, seq) AS task,
      arg_min(phase, seq) AS phase,
      arg_max(path, seq) FILTER (kind = 'process.found') AS exe,
      arg_max(argv, seq) FILTER (kind = 'process.found') AS argv,
      min(at_ns) AS started_ns
    FROM events WHERE kind IN ('process.fork', 'process.found') AND child IS NOT NULL AND child <> proc
    GROUP BY run, child
  )
  SELECT run, proc, parent,
    coalesce(acted.pid, forked.pid::INTEGER) AS pid,
    coalesce(acted.task, forked.task) AS task,
    coalesce(acted.phase, forked.phase) AS phase,
    coalesce(acted.exe, forked.exe) AS exe,
    coalesce(acted.argv, forked.argv) AS argv,
    least(acted.started_ns, forked.started_ns) AS started_ns,
    ended_ns, exit_code, exit_signal
  FROM acted FULL JOIN forked USING (run, proc)`;
