import type { Row } from '../model/ports.ts';
import { openRuns } from '../store/run-reader.ts';
import { resolveRunId } from './runs.ts';

/** The rows that answer a query over all runs, or one: as they come, with their columns before the first. */
export interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly Row[]>;
  /** What could not be asked, one sentence a run. */
  readonly unreadable: readonly string[];
}

/** Asks the runs of a folder and hands the answer to `use`, which has to take the rows before it returns. */
export async function answerSql(
  sql: string,
  options: {
    readonly runs: string;
    readonly run: string | undefined;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
  use: (answer: SqlAnswer) => Promise<void>,
): Promise<void> {
  const chosen = options.run === undefined ? undefined : [await resolveRunId(options.runs, options.run)];
  await using reader = await openRuns(options.runs, chosen);
  const { columns, rows } = await reader.ask(sql, { timeLimitMs: options.timeoutMs, signal: options.signal });
  await use({ columns, rows, unreadable: reader.unreadable.map(({ run, reason }) => `${run}: ${reason}`) });
}
