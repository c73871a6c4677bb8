import type { DuckDBConnection } from '@duckdb/node-api';
import { type Event, type EventColumn, eventColumns } from '../../../model/event.ts';
import type { Phase } from '../../../model/task.ts';
import {
  maxListLength,
  maxTextLength,
  RowAppender,
  storable,
  type TypedColumn,
  toBigint,
  toInteger,
} from '../row-appender.ts';
import { quotedName, quotedText, type Sql, sql, word } from '../sql-text.ts';
import { NumberAppender } from './number-appender.ts';
import { longText, type TextBudget } from './text-budget.ts';
import { Words } from './words.ts';

/**
 * Rows that are held in memory before they are sorted and written: bounds memory however long the run is.
 * (Tried: all rows in tables that spill, sorted at the end. Under the same limit 1 M events took ten times as long
 * to write, or ran out of memory.)
 */
export const rowsPerSlice = 25_000;
/**
 * Characters of text that are held before that: paths may be as long as the tracer shows them. When a slice is written
 * the engine holds all of them at once. (Tried: four times as many. 25 000 events of a Windows trace, each with
 * arguments of its own, then took more memory than there is.)
 */
export const charactersPerSlice = 1 << 20;

/**
 * Columns that most events do not have. Events that do stand whole in a table of their own. (Tried: only these columns
 * apart, joined by `seq`. The join and the sort at the end then fight for memory: 1 M events took 6.6 s of processor
 * time to write instead of 2.8 s.)
 */
const rareColumns = [
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
  'times',
  'last_ns',
] as const satisfies readonly EventColumn[];
/** Which task events belong to. */
export interface TaskPlace {
  readonly task: string;
  readonly phase: Phase;
}

type WideColumn = EventColumn | 'task' | 'phase';

/**
 * Events in memory, until they are written. Most are rows of numbers: each text is stored once and stands there by
 * its number. (Tried: a value at a time through the engine's appender, which was half of the main thread's work.)
 */
export class EventSlice {
  readonly #name: string;
  readonly #words: Words;
  readonly #common: NumberAppender;
  readonly #wide: RowAppender<WideColumn>;
  readonly #budget: TextBudget;
  #count = 0;
  #wideCharacters = 0;

  /** `name` begins the names of its tables. */
  static async create(connection: DuckDBConnection, name: string, budget: TextBudget): Promise<EventSlice> {
    const words = await Words.create(connection, `${name}_words`, budget);
    const columns = commonColumns.map(([column]) => column);
    const common = await NumberAppender.create(connection, `${name}_common`, columns);
    const wide = await RowAppender.create(connection, `${name}_wide`, wideColumns);
    return new EventSlice(name, { words, common, wide, budget });
  }

  private constructor(
    name: string,
    tables: {
      readonly words: Words;
      readonly common: NumberAppender;
      readonly wide: RowAppender<WideColumn>;
      readonly budget: TextBudget;
    },
  ) {
    this.#name = name;
    this.#words = tables.words;
    this.#common = tables.common;
    this.#wide = tables.wide;
    this.#budget = tables.budget;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    const characters = this.#words.characters + this.#wideCharacters;
    return this.#count >= rowsPerSlice || characters >= charactersPerSlice;
  }

  /** Takes events from `from` on until it is full; gives where the next slice goes on. */
  append({ task, phase }: TaskPlace, events: readonly Event[], from: number): number {
    const [taskWord, phaseWord] = [this.#words.numberOf(task), this.#words.numberOf(phase)];
    for (let at = from; at < events.length; at += 1) {
      if (this.isFull) return at;
      const given = events[at];
      if (given === undefined) continue;
      const event = this.#budget.isSpent ? withLongTextsCut(given) : given;
      this.#count += 1;
      if (this.#setCommon(event)) {
        this.#common.set(taskAt, taskWord);
        this.#common.set(phaseAt, phaseWord);
        this.#common.endRow();
      } else {
        this.#common.dropRow();
        this.#wide.append({ ...withCutsMarked(event), task, phase });
        this.#wideCharacters += this.#spend(event);
      }
    }
    return events.length;
  }

  /** Nothing more will be appended: from here on another connection may read and drop the tables. */
  close(): void {
    this.#words.close();
    this.#common.close();
    this.#wide.close();
  }

  /**
   * The SQL that gives its rows; they lack only the run. Words are one list, and a word is an item of it. (Tried: a join
   * to the words for each column of text. With `path2` and `flags` as well that was more than the engine may hold.)
   */
  rows(): Sql {
    const columns = commonColumns.map(
      ([column, type]) => sql`${columnValue(quotedName(column), type)} AS ${quotedName(column)}`,
    );
    const words = sql`(SELECT list(word ORDER BY number) AS words FROM ${this.#table('words')})`;
    const common = sql`SELECT ${columns} FROM ${this.#table('common')} AS common, ${words}`;
    return sql`FROM ${this.#table('wide')} UNION ALL BY NAME ${common}`;
  }

  async drop(connection: DuckDBConnection): Promise<void> {
    for (const part of ['words', 'common', 'wide'] as const)
      await connection.run(sql`DROP TABLE ${this.#table(part)}`.text);
  }

  /** How much text an event of the wide table holds. */
  #spend(event: Event): number {
    const texts = Object.values(event)
      .flat()
      .filter(value => typeof value === 'string');
    for (const { length } of texts) this.#budget.spend(length);
    return texts.reduce((characters, { length }) => characters + length, 0);
  }

  #table(part: 'words' | 'common' | 'wide'): Sql {
    return quotedName(`${this.#name}_${part}`);
  }

  /**
   * False when the event has a rare column, or a text that will be cut. Walks the keys it has: asking it for each that
   * it may lack took longer than all else here.
   */
  #setCommon<Record extends Event>(event: Record): boolean {
    for (const name in event) {
      const position = positions.get(name);
      const value: unknown = event[name];
      if (position === undefined || isTooLong(value)) return false;
      this.#common.set(position, this.#toNumber(position, value));
    }
    return true;
  }

  #toNumber(position: number, value: unknown): number {
    switch (typeof value) {
      case 'string':
        return this.#words.numberOf(value);
      case 'number':
        return (isInteger[position] === true ? toInteger(value) : toBigint(value)) ?? Number.NaN;
      case 'boolean':
        return value ? 1 : 0;
      default:
        return Array.isArray(value) && value.length > 0
          ? this.#words.numberOf(value.join(between))
          : Number.NaN;
    }
  }
}

/** Stands between the flags of an event, which are words. */
const between = ' ';

/** The SQL of a value of the common table: texts and flags stand there by the number of their word. */
function columnValue(name: Sql, type: TypedColumn<string>[1]): Sql {
  const number = sql`nullif(common.${name}, 'NaN'::DOUBLE)`;
  switch (type) {
    case 'VARCHAR':
      return sql`words[${number}::INTEGER]`;
    case 'VARCHAR[]':
      return sql`string_split(words[${number}::INTEGER], ${quotedText(between)})`;
    default:
      return sql`${number}::${word(type)}`;
  }
}

const columnNames = Object.keys(eventColumns).filter((name): name is EventColumn => name in eventColumns);
const wideColumns: readonly TypedColumn<WideColumn>[] = [
  ['task', 'VARCHAR'],
  ['phase', 'VARCHAR'],
  ...columnNames.map((name): TypedColumn<EventColumn> => [name, eventColumns[name]]),
];

const rareNames: ReadonlySet<string> = new Set(rareColumns);
const commonColumns = wideColumns.filter(([name]) => !rareNames.has(name));
const positions: ReadonlyMap<string, number> = new Map(commonColumns.map(([name], index) => [name, index]));
const isInteger: readonly boolean[] = commonColumns.map(([, type]) => type === 'INTEGER');
const [taskAt, phaseAt] = [0, 1] as const;

function isTooLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > maxTextLength;
  return Array.isArray(value) && (value.length > maxListLength || value.some(isTooLong));
}

/** A text or list that the store cuts is marked as the tracer marks its own cuts. */
function withCutsMarked(event: Event): Event {
  if (!Object.values(event).some(isTooLong)) return event;
  return { ...event, flags: [...new Set([...(event.flags ?? []), 'truncated' as const])] };
}

/** Every long text cut, and marked as the tracer marks its own cuts; an event without one stays as it is. */
function withLongTextsCut(event: Event): Event {
  const isLong = (value: unknown) => typeof value === 'string' && value.length > longText;
  if (!Object.values(event).flat().some(isLong)) return event;
  const cut = (value: unknown) => (typeof value === 'string' ? storable(value, longText) : value);
  const texts = Object.entries(event).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(cut) : cut(value),
  ]);
  return {
    ...event,
    ...Object.fromEntries(texts),
    flags: [...new Set([...(event.flags ?? []), 'truncated' as const])],
  };
}
