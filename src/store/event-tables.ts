import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Event, type EventColumn, type EventFlag, eventColumns } from '../model/event.ts';
import type { Phase } from '../model/task.ts';
import { maxListLength, maxTextLength, RowAppender, type TypedColumn } from './row-appender.ts';
import { tables } from './tables.ts';
import { quoteList, quoteName, quoteText } from './views.ts';

/**
 * Columns that most events do not have. Events that do stand whole in a table of their own, since each NULL costs a
 * call into the engine. (Tried: only these columns apart, joined by `seq`. The join and the sort at the end then
 * fight for memory: 1 M events took 6.6 s of processor time to write instead of 2.8 s.)
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
type CommonColumn = Exclude<EventColumn, (typeof rareColumns)[number]>;
type WideColumn = EventColumn | 'task' | 'phase';

/**
 * Rows that are held in memory before they are sorted and written as a slice: bounds memory however long the run is.
 * (Tried: all rows in tables that spill, sorted at the end. Under the same limit 1 M events took ten times as long
 * to write, or ran out of memory.)
 */
export const rowsPerSlice = 50_000;

interface TaskTable {
  readonly task: string;
  readonly phase: Phase;
  readonly appender: RowAppender<CommonColumn>;
}

/**
 * The events of a run while it is made: slices in Parquet, and tables for what came after the last one. There is a
 * table per task, so that task and phase cost nothing per row, and one for the events of all tasks that have rare
 * columns. The view `events` puts all together.
 */
export class EventTables {
  readonly #connection: DuckDBConnection;
  readonly #run: string;
  readonly #scratch: string;
  readonly #slices: string[] = [];
  readonly #tasks = new Map<string, TaskTable>();
  #wide: RowAppender<WideColumn>;
  #pending = 0;

  static async create(connection: DuckDBConnection, run: string, scratch: string): Promise<EventTables> {
    const wide = await RowAppender.create(connection, 'wide', wideColumns);
    const made = new EventTables(connection, wide, { run, scratch });
    await made.#createView();
    return made;
  }

  private constructor(
    connection: DuckDBConnection,
    wide: RowAppender<WideColumn>,
    place: { readonly run: string; readonly scratch: string },
  ) {
    this.#connection = connection;
    this.#wide = wide;
    this.#run = place.run;
    this.#scratch = place.scratch;
  }

  async append(task: string, phase: Phase, events: readonly Event[]): Promise<void> {
    const { appender } = this.#tasks.get(task) ?? (await this.#addTask(task, phase));
    for (const event of events) {
      switch (placeOf(event)) {
        case 'common':
          appender.append(event);
          break;
        case 'wide':
          this.#wide.append({ ...event, task, phase });
          break;
        case 'capped':
          this.#wide.append({ ...event, flags: withTruncated(event.flags), task, phase });
          break;
      }
    }
    this.#pending += events.length;
    if (this.#pending >= rowsPerSlice) await this.#writeSlice();
  }

  /** Makes what was appended visible to queries. */
  flush(): void {
    for (const { appender } of this.#tasks.values()) appender.flush();
    this.#wide.flush();
  }

  /** Writes all events to one Parquet file: slice by slice, each sorted by time and `seq`. */
  async write(file: string): Promise<void> {
    if (this.#pending > 0 || this.#slices.length === 0) await this.#writeSlice();
    await this.#copy(`SELECT * FROM read_parquet(${quoteList(this.#slices)})`, file);
  }

  async #writeSlice(): Promise<void> {
    this.flush();
    const slice = join(this.#scratch, `events-${this.#slices.length}.parquet`);
    await this.#copy(`${this.#select(this.#pendingRows())} ORDER BY at_ns, seq`, slice);
    this.#slices.push(slice);
    await this.#empty();
    await this.#createView();
  }

  async #empty(): Promise<void> {
    for (const { appender } of this.#tasks.values()) appender.close();
    this.#wide.close();
    for (let index = 0; index < this.#tasks.size; index += 1) {
      await this.#connection.run(`DROP TABLE ${tableOf(index)}`);
    }
    await this.#connection.run('DROP TABLE wide');
    this.#tasks.clear();
    this.#wide = await RowAppender.create(this.#connection, 'wide', wideColumns);
    this.#pending = 0;
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
    const sliced =
      this.#slices.length === 0 ? '' : `SELECT * FROM read_parquet(${quoteList(this.#slices)}) UNION ALL `;
    await this.#connection.run(
      `CREATE OR REPLACE VIEW events AS ${sliced}${this.#select(this.#pendingRows())}`,
    );
  }

  /** The columns of `events` in their order, of rows that lack only the run. */
  #select(rows: string): string {
    const names = Object.keys(tables.events).filter(name => name !== 'run');
    return `SELECT ${quoteText(this.#run)} AS run, ${names.map(quoteName).join(', ')} FROM (${rows})`;
  }

  #pendingRows(): string {
    const parts = [...this.#tasks.values()].map(
      ({ task, phase }, index) =>
        ` UNION ALL BY NAME SELECT ${quoteText(task)} AS task, ${quoteText(phase)} AS phase, * FROM ${tableOf(index)}`,
    );
    return `FROM wide${parts.join('')}`;
  }

  async #copy(rows: string, file: string): Promise<void> {
    await this.#connection.run(
      `COPY (${rows}) TO ${quoteText(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowsPerSlice})`,
    );
  }
}

const tableOf = (index: number) => `task_${index}`;
const typed = <Name extends EventColumn>(name: Name): TypedColumn<Name> => [name, eventColumns[name]];

const rareNames: ReadonlySet<string> = new Set(rareColumns);
const commonColumns = columnNames()
  .filter((name): name is CommonColumn => !rareNames.has(name))
  .map(typed);

const wideColumns: readonly TypedColumn<WideColumn>[] = [
  ['task', 'VARCHAR'],
  ['phase', 'VARCHAR'],
  ...columnNames().map(typed),
];

function columnNames(): readonly EventColumn[] {
  return Object.keys(eventColumns).filter((name): name is EventColumn => name in eventColumns);
}

/** Walks the keys an event has: asking it for each that it may lack took longer than appending it. */
function placeOf<Record extends Event>(event: Record): 'common' | 'wide' | 'capped' {
  let place: 'common' | 'wide' = 'common';
  for (const name in event) {
    if (isTooLong(event[name])) return 'capped';
    if (rareNames.has(name)) place = 'wide';
  }
  return place;
}

function isTooLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > maxTextLength;
  return Array.isArray(value) && (value.length > maxListLength || value.some(isTooLong));
}

/** A text or list that the store cuts is marked as the tracer marks its own cuts. */
function withTruncated(flags: readonly EventFlag[] = []): readonly EventFlag[] {
  return [...new Set([...flags, 'truncated' as const])];
}
