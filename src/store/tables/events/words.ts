import type { DuckDBConnection } from '@duckdb/node-api';
import { detachText } from '../../../base/detach-text.ts';
import { wellFormed } from '../../../base/well-formed.ts';
import { RowAppender } from '../row-appender.ts';
import type { TextBudget } from './text-budget.ts';

/** The texts of a slice, each stored once and known by its number, counted from 1: calls, flags and paths repeat. */
export class Words {
  readonly #numbers = new Map<string, number>();
  readonly #appender: RowAppender<'number' | 'word'>;
  readonly #budget: TextBudget;
  #characters = 0;

  static async create(connection: DuckDBConnection, table: string, budget: TextBudget): Promise<Words> {
    return new Words(
      await RowAppender.create(connection, table, [
        ['number', 'INTEGER'],
        ['word', 'VARCHAR'],
      ]),
      budget,
    );
  }

  private constructor(appender: RowAppender<'number' | 'word'>, budget: TextBudget) {
    this.#appender = appender;
    this.#budget = budget;
  }

  /** How much text is held. */
  get characters(): number {
    return this.#characters;
  }

  numberOf(text: string): number {
    const whole = wellFormed(text);
    const known = this.#numbers.get(whole);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    // A piece of a trace would keep the whole chunk it was cut from.
    const word = detachText(whole);
    this.#numbers.set(word, number);
    this.#characters += word.length;
    this.#budget.spend(word.length);
    this.#appender.append({ number, word });
    return number;
  }

  close(): void {
    this.#appender.close();
  }
}
