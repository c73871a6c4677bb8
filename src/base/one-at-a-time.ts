/** Runs a job when all jobs given before it have ended, and gives its result; a failed job does not stop the next. */
export type OneAtATime = <T>(job: () => T | Promise<T>) => Promise<T>;

/** Makes a queue of its own: jobs given to it never overlap. */
export function createOneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(job: () => T | Promise<T>) => {
    const result = last.then(job);
    last = result.catch(() => undefined);
    return result;
  };
}
