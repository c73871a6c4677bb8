import type { DuckDBConnection } from '@duckdb/node-api';
import { type Event, type EventColumn, type EventFlag, eventColumns } from '../../model/event.ts';
import type { Phase } from '../../model/task.ts';
import { maxListLength, maxTextLength, RowAppender, type TypedColumn } from '../row-appender.ts';
import { quoteText } from '../views.ts';

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

interface TaskTable {
  readonly name: string;
  readonly task: string;
  readonly phase: Phase;
  readonly appender: RowAppender<CommonColumn>;
}

/**
 * Events in memory. There is a table per task, so that task and phase cost nothing per row, and one for the events of
 * all tasks that have rare columns.
 */
export class EventSlice {
  readonly #connection: DuckDBConnection;
  readonly #name: string;
  readonly #wide: RowAppender<WideColumn>;
  readonly #tasks = new Map<string, TaskTable>();
  #count = 0;

  /** `name` begins the names of its tables. */
  static async create(connection: DuckDBConnection, name: string): Promise<EventSlice> {
    return new EventSlice(
      connection,
      name,
      await RowAppender.create(connection, `${name}_wide`, wideColumns),
    );
  }

  private constructor(connection: DuckDBConnection, name: string, wide: RowAppender<WideColumn>) {
    this.#connection = connection;
    this.#name = name;
    this.#wide = wide;
  }

  get count(): number {
    return this.#count;
  }

  hasTask(task: string): boolean {
    return this.#tasks.has(task);
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
    this.#count += events.length;
  }

  /** The SQL that gives the rows; they lack only the run. */
  rows(): string {
    const parts = [...this.#tasks.values()].map(
      ({ name, task, phase }) =>
        ` UNION ALL BY NAME SELECT ${quoteText(task)} AS task, ${quoteText(phase)} AS phase, * FROM ${name}`,
    );
    return `FROM ${this.#name}_wide${parts.join('')}`;
  }

  /** Makes what was appended visible to queries. */
  flush(): void {
    for (const { appender } of this.#tasks.values()) appender.flush();
    this.#wide.flush();
  }

  /** Nothing more will be appended: from here on another connection may read and drop the tables. */
  close(): void {
    for (const { appender } of this.#tasks.values()) appender.close();
    this.#wide.close();
  }

  async drop(connection: DuckDBConnection): Promise<void> {
    for (const { name } of this.#tasks.values()) await connection.run(`DROP TABLE ${name}`);
    await connection.run(`DROP TABLE ${this.#name}_wide`);
  }

  async #addTask(task: string, phase: Phase): Promise<TaskTable> {
    const name = `${this.#name}_task_${this.#tasks.size}`;
    const appender = await RowAppender.create(this.#connection, name, commonColumns);
    const added = { name, task, phase, appender };
    this.#tasks.set(task, added);
    return added;
  }
}

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
