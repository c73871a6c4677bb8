/** The end of a session. Disposing never throws, and a second time waits for the first. */
export interface SessionEnd extends AsyncDisposable {
  /** The signal, or the session's end: nothing that the session does outlives it. */
  orDisposed(signal: AbortSignal): AbortSignal;
}

/** Ends what goes on in a session, then by `end`, called once, its machine and what it left on the host. */
export function createSessionEnd(end: () => Promise<void>): SessionEnd {
  const disposed = new AbortController();
  let disposal: Promise<void> | undefined;
  return {
    orDisposed: signal => AbortSignal.any([signal, disposed.signal]),
    [Symbol.asyncDispose]: () => {
      disposed.abort(new Error('the session was disposed of'));
      // What could not be removed now, a later start removes.
      disposal ??= end().catch(() => undefined);
      return disposal;
    },
  };
}
