import { UserError } from '../base/user-error.ts';
import { visible } from '../base/visible.ts';
import { exitCodeOf } from '../runner/exit-code.ts';
import { writeErr } from './output.ts';

/** EX_SOFTWARE of sysexits.h: apart from every code that means something about a package. */
const bugExitCode = 70;

/** Says what went wrong and how to mend it, and gives the exit code. Our own bugs show their stack. */
export function reportFailure(error: unknown, format: 'text' | 'json'): number {
  if (!(error instanceof UserError)) {
    writeErr(`buildhaus: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return bugExitCode;
  }
  if (format === 'json') {
    const { kind: code, message } = error;
    writeErr(JSON.stringify({ error: { code, message, hint: error.help ?? null } }));
  } else {
    writeErr(`buildhaus: ${visible(error.message)}`);
    if (error.help !== undefined) writeErr(`  fix: ${visible(error.help)}`);
  }
  return exitCodeOf({ kind: 'error', error: error.kind });
}
