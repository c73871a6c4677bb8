/**
 * Aborts what waits for someone who says nothing for a time. It begins with the first wait; whoever waits again after
 * `end` says so, and the time in which nobody waits does not count.
 */
export class Silence {
  readonly #maxMs: number;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(maxMs: number) {
    this.#maxMs = maxMs;
    this.begin();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What happened, once it was too long. */
  get words(): string | undefined {
    return this.signal.aborted ? `nothing came for ${this.#maxMs / 1000} s` : undefined;
  }

  begin(): void {
    this.end();
    this.#timer = setTimeout(() => this.#controller.abort(), this.#maxMs).unref();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
