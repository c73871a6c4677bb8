import type { DuckDBConnection } from '@duckdb/node-api';
import { type Event, type EventColumn, type EventFlag, eventColumns } from '../model/event.ts';
import type { Phase } from '../model/task.ts';
import { maxListLength, maxTextLength, RowAppender, type TypedColumn } from './row-appender.ts';
import { tables } from './tables.ts';
import { quoteName, quoteText } from './views.ts';

/**
 * Columns that most events do not have. They stand in a table of their own, since each NULL costs a call into the
 * engine: with them apart, appending is half again as fast (bench/README.md).
 */
const rareColumns = [
  'path2',
  'mode',
  'data',
  'proto',
  'laddr',
  'lport',
  'raddr',
  'rport',
  'host',
  'argv',
  'child',
  'signal',
  'frame',
  'novel',
  'flags',
] as const satisfies readonly EventColumn[];
type RareColumn = (typeof rareColumns)[number];
type CommonColumn = Exclude<EventColumn, RareColumn>;

/** Rows appended before they are made visible: bounds what the appender holds outside the engine's memory limit. */
const rowsPerFlush = 50_000;

interface TaskTable {
  readonly task: string;
  readonly phase: Phase;
  readonly appender: RowAppender<CommonColumn>;
}

/**
 * The events of a run while it is made: a table per task, so that task and phase cost nothing per row, and one for
 * the rare columns of all. The view `events` puts them together.
 */
export class EventTables {
  readonly #connection: DuckDBConnection;
  readonly #run: string;
  readonly #rare: RowAppender<RareColumn | 'seq'>;
  readonly #tasks = new Map<string, TaskTable>();
  #unflushed = 0;

  static async create(connection: DuckDBConnection, run: string): Promise<EventTables> {
    const columns = ['seq', ...rareColumns] as const;
    const rare = await RowAppender.create(connection, 'rare', columns.map(typed));
    const made = new EventTables(connection, run, rare);
    await made.#createView();
    return made;
  }

  private constructor(connection: DuckDBConnection, run: string, rare: RowAppender<RareColumn | 'seq'>) {
    this.#connection = connection;
    this.#run = run;
    this.#rare = rare;
  }

  async append(task: string, phase: Phase, events: readonly Event[]): Promise<void> {
    const { appender } = this.#tasks.get(task) ?? (await this.#addTask(task, phase));
    for (const event of events) {
      const { rareRow, mark } = needsOf(event);
      const row = mark ? markTruncated(event) : event;
      appender.append(row);
      if (rareRow) this.#rare.append(row);
    }
    this.#unflushed += events.length;
    if (this.#unflushed >= rowsPerFlush) this.flush();
  }

  /** Makes what was appended visible to queries. */
  flush(): void {
    if (this.#unflushed === 0) return;
    for (const { appender } of this.#tasks.values()) appender.flush();
    this.#rare.flush();
    this.#unflushed = 0;
  }

  close(): void {
    for (const { appender } of this.#tasks.values()) appender.close();
    this.#rare.close();
  }

  async #addTask(task: string, phase: Phase): Promise<TaskTable> {
    const name = tableOf(this.#tasks.size);
    const appender = await RowAppender.create(this.#connection, name, commonColumns);
    const added = { task, phase, appender };
    this.#tasks.set(task, added);
    await this.#createView();
    return added;
  }

  async #createView(): Promise<void> {
    const parts = [...this.#tasks.values()].map(
      ({ task, phase }, index) =>
        `SELECT ${quoteText(task)} AS task, ${quoteText(phase)} AS phase, * FROM ${tableOf(index)}`,
    );
    const common = parts.length === 0 ? noCommonRows : parts.join(' UNION ALL ');
    const names = Object.keys(tables.events).map(name =>
      name === 'run' ? `${quoteText(this.#run)} AS run` : quoteName(name),
    );
    await this.#connection.run(
      `CREATE OR REPLACE VIEW events AS SELECT ${names.join(', ')} FROM (${common}) LEFT JOIN rare USING (seq)`,
    );
  }
}

const tableOf = (index: number) => `task_${index}`;
const typed = <Name extends EventColumn>(name: Name): TypedColumn<Name> => [name, eventColumns[name]];

const rareNames: ReadonlySet<string> = new Set(rareColumns);
const commonColumns = columnNames()
  .filter((name): name is CommonColumn => !rareNames.has(name))
  .map(typed);

const noCommonRows = `SELECT ${["''::VARCHAR AS task", "''::VARCHAR AS phase", ...commonColumns.map(([name, type]) => `NULL::${type} AS ${name}`)].join(', ')} WHERE false`;

function columnNames(): readonly EventColumn[] {
  return Object.keys(eventColumns).filter((name): name is EventColumn => name in eventColumns);
}

/** What an event needs beside its row in the table of its task. */
interface Needs {
  readonly rareRow: boolean;
  readonly mark: boolean;
}

/** Walks the keys an event has: asking it for each that it may lack took longer than appending it. */
function needsOf<Record extends Event>(event: Record): Needs {
  let [rareRow, mark] = [false, false];
  for (const name in event) {
    if (rareNames.has(name)) rareRow = true;
    if (isTooLong(event[name])) mark = true;
  }
  return { rareRow: rareRow || mark, mark };
}

function isTooLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > maxTextLength;
  return Array.isArray(value) && (value.length > maxListLength || value.some(isTooLong));
}

/** A text or list that the store cuts is marked as the tracer marks its own cuts. */
function markTruncated(event: Event): Event {
  const flags: readonly EventFlag[] = [...new Set([...(event.flags ?? []), 'truncated' as const])];
  return { ...event, flags };
}
