import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../base/user-error.ts';
import { toQueryError } from './question.ts';

/** How long a question may take, and who may give it up. */
export interface Limits {
  readonly timeLimitMs?: number;
  readonly signal?: AbortSignal;
}

/** An interrupt that comes before the engine has begun is lost, so it is said again until the question has ended. */
const interruptEveryMs = 100;

/** Interrupts the connection when the time is up or the asker gives up, and says so instead of the engine's words. */
export class TimeLimit {
  readonly #timeLimitMs: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #interrupt: () => void;
  #again: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(connection: DuckDBConnection, options: Limits) {
    this.#interrupt = () => {
      connection.interrupt();
      this.#again ??= setInterval(this.#interrupt, interruptEveryMs).unref();
    };
    this.#timeLimitMs = options.timeLimitMs;
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#interrupt, { once: true });
    if (options.timeLimitMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#interrupt();
    }, options.timeLimitMs);
  }

  /** Throws when the limit was reached between two calls into the engine, where an interrupt is not seen. */
  check(): void {
    this.#signal?.throwIfAborted();
    if (this.#isOver) throw new Error('interrupted');
  }

  explain(error: unknown): unknown {
    this.clear();
    if (this.#signal?.aborted === true) return this.#signal.reason;
    if (!this.#isOver) return toQueryError(error);
    return new UserError(`the query took longer than ${(this.#timeLimitMs ?? 0) / 1000} s`, {
      kind: 'usage',
      help: 'narrow it with WHERE or LIMIT, or give it more time with --timeout',
      cause: error,
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#again);
    this.#signal?.removeEventListener('abort', this.#interrupt);
  }
}
