import { writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { UserError } from '../base/user-error.ts';
import type { ExitCode } from '../runner/exit-code.ts';

/**
 * The two ways out of the command line, and the only ones: data on standard output, everything else on standard error.
 * A reader that goes away (`| head`) ends us quietly.
 */
export function writeOut(text: string): Promise<void> {
  return write(process.stdout, text);
}

/** A line for the person in front of the terminal. */
export function writeErr(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Data to `file`, or to standard output when there is none or it is `-`. */
export async function writeData(text: string, file: string | undefined): Promise<void> {
  if (file === undefined || file === '-') return writeOut(text);
  await writeFile(file, text).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(`${file} cannot be written: ${cause.message}`, {
      kind: cause.code === 'ENOSPC' ? 'host' : 'usage',
      help: cause.code === 'ENOSPC' ? 'make room on that disk' : 'give --output a file that can be written',
      cause,
    });
  });
}

/** 128 + SIGPIPE: as a program ends whose reader went away; never 0, which would say that nothing was found. */
const brokenPipeExitCode: ExitCode = 141;

/** Ends the process without a stack when nobody reads our data any more; progress that nobody reads stops nothing. */
export function exitOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(brokenPipeExitCode);
    throw error;
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function write(stream: Writable, text: string): Promise<void> {
  return new Promise(resolve => {
    stream.write(text, () => resolve());
  });
}

/** Whether a person's terminal shows colours: never against NO_COLOR, TERM=dumb or a pipe, unless FORCE_COLOR asks. */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
