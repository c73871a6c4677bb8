import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type CapName, capsOf } from '../../../model/caps.ts';
import type { Event } from '../../../model/event.ts';
import type { Phase } from '../../../model/task.ts';
import { joinParquet } from '../../parquet/join-parquet.ts';
import { quotedName, quotedText, quotedTexts, type Sql, sql } from '../sql-text.ts';
import { tables } from '../tables.ts';
import { EventSlice, rowsPerSlice } from './event-slice.ts';
import { TextBudget } from './text-budget.ts';

/**
 * The two connections of a run's events: one appends and answers while the other writes the slice before. (One
 * connection for both: appending waited for the disk, the sort and the compression of every slice.)
 */
export interface EventConnections {
  readonly append: DuckDBConnection;
  readonly write: DuckDBConnection;
}

/**
 * The events of a run while it is made: slices in Parquet, one that is being written, and one that is being filled. A
 * question has the last ones written first, so that it is asked of Parquet only. A slice is a group of rows of the
 * bundle's file: what the engine compresses, and later skips, together.
 */
export class EventTables {
  readonly #connections: EventConnections;
  readonly #run: string;
  readonly #scratch: string;
  readonly #budget: TextBudget;
  readonly #files: string[] = [];
  #filling: EventSlice;
  #written: Promise<void> = Promise.resolve();
  #slices = 1;
  #shown = 0;

  static async create(connections: EventConnections, run: string, scratch: string): Promise<EventTables> {
    const budget = new TextBudget();
    const slice = await EventSlice.create(connections.append, sliceName(0), budget);
    const made = new EventTables(connections, slice, { run, scratch, budget });
    await made.show();
    return made;
  }

  private constructor(
    connections: EventConnections,
    slice: EventSlice,
    place: { readonly run: string; readonly scratch: string; readonly budget: TextBudget },
  ) {
    this.#connections = connections;
    this.#filling = slice;
    this.#run = place.run;
    this.#scratch = place.scratch;
    this.#budget = place.budget;
  }

  /** A tracer may give very many at once: one slice must not hold them all. */
  async append(task: string, phase: Phase, events: readonly Event[]): Promise<void> {
    for (let at = 0; at < events.length; ) {
      at = this.#filling.append({ task, phase }, events, at);
      if (this.#filling.isFull) await this.#nextSlice();
    }
  }

  /** Named limits that were reached. */
  get caps(): readonly CapName[] {
    return capsOf({ 'event-text': this.#budget.isSpent });
  }

  /** Makes the view `events` hold all that was appended. */
  async show(): Promise<void> {
    if (!this.#filling.isEmpty || this.#slices === 1) await this.#nextSlice();
    await this.#written;
    if (this.#shown === this.#files.length) return;
    await this.#connections.append.run(sql`CREATE OR REPLACE VIEW events AS ${this.#readSlices()}`.text);
    this.#shown = this.#files.length;
  }

  /** Writes all events to one Parquet file: slice by slice, each sorted by time and `seq`. */
  async write(file: string): Promise<void> {
    await this.show();
    await joinParquet(this.#files, file);
  }

  /** Gives up the slice that is being written; never throws. */
  async abandon(): Promise<void> {
    this.#connections.write.interrupt();
    await this.#written.catch(() => undefined);
  }

  /** Begins another slice. At most one is being written: a slow disk slows the sender. */
  async #nextSlice(): Promise<void> {
    await this.#written;
    const full = this.#filling;
    full.close();
    this.#filling = await EventSlice.create(this.#connections.append, sliceName(this.#slices), this.#budget);
    this.#slices += 1;
    this.#written = this.#writeSlice(full, join(this.#scratch, `events-${this.#files.length}.parquet`));
    // A failure is told by the next call that waits for it; without a handler it would end the program before that.
    this.#written.catch(() => undefined);
  }

  async #writeSlice(slice: EventSlice, file: string): Promise<void> {
    const rows = sql`${this.#select(slice.rows())} ORDER BY at_ns, seq`;
    await this.#connections.write.run(
      sql`COPY (${rows}) TO ${quotedText(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowsPerSlice})`
        .text,
    );
    await slice.drop(this.#connections.write);
    this.#files.push(file);
  }

  /** The columns of `events` in their order, of rows that lack only the run. */
  #select(rows: Sql): Sql {
    const names = Object.keys(tables.events).filter(name => name !== 'run');
    return sql`SELECT ${quotedText(this.#run)} AS run, ${names.map(quotedName)} FROM (${rows})`;
  }

  #readSlices(): Sql {
    return sql`SELECT * FROM read_parquet(${quotedTexts(this.#files)})`;
  }
}

const sliceName = (index: number) => `slice_${index}`;
