/** Why a command could not do what was asked; the kind decides the exit code (`runner/exit-code.ts`). */
export type UserErrorKind = 'usage' | 'input' | 'host' | 'incomplete';

/**
 * Something the user can fix: printed as one line and its `help`, without a stack.
 * Everything else that is thrown is our bug and crashes with one.
 */
export class UserError extends Error {
  readonly kind: UserErrorKind;
  /** The fix: a command to run or a thing to change. */
  readonly help: string | undefined;

  constructor(
    message: string,
    options: { readonly kind?: UserErrorKind; readonly help?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.kind = options.kind ?? 'input';
    this.help = options.help;
  }
}
