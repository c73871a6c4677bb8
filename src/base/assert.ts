/** Fails the build when a `switch` on a tagged union forgets a case, and the run when data lies about its tag. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}

/** Returns `value`, or throws when our own invariant `what` does not hold. */
export function assertDefined<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`expected ${what}`);
  return value;
}
