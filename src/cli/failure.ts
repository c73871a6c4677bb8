import { jsonText } from '../base/json-text.ts';
import { UserError } from '../base/user-error.ts';
import { visible } from '../base/visible.ts';
import { type ExitCode, exitCodeOf } from '../runner/exit-code.ts';

/** EX_SOFTWARE of sysexits.h: apart from every code that means something about a package. */
const bugExitCode: ExitCode = 70;

/** What is said of an error, and what the process ends with. */
export interface Failure {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Says what went wrong and how to mend it. Our own bugs show their stack. */
export function describeFailure(error: unknown, format: 'text' | 'json'): Failure {
  if (!(error instanceof UserError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // The stack is ours, but the message at its top may quote a guest.
    const lines = stack.split('\n').map(visible);
    return { text: `buildhaus: a bug: ${lines.join('\n')}`, exitCode: bugExitCode };
  }
  const { kind: code, message, help } = error;
  const exitCode = exitCodeOf({ kind: 'error', error: code });
  if (format === 'json') {
    return { text: jsonText({ error: { code, message, hint: help ?? null } }), exitCode };
  }
  const fix = help === undefined ? '' : `\n  fix: ${help.split('\n').map(visible).join('\n    ')}`;
  return { text: `buildhaus: ${visible(message)}${fix}`, exitCode };
}
