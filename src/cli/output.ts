import { constants } from 'node:fs';
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { UserError } from '../base/user-error.ts';
import type { ExitCode } from '../runner/exit-code.ts';
import { describeFailure } from './failure.ts';

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

/** Where the data of a command goes; disposing closes it. */
export interface Output extends AsyncDisposable {
  readonly write: (text: string) => Promise<void>;
}

/**
 * Opens `file`, or standard output when there is none or it is `-`. Before the work: a file that cannot be written is
 * told then. What stands in it stays until there is something else to write.
 */
export async function openOutput(file: string | undefined): Promise<Output> {
  if (file === undefined || file === '-') return { write: writeOut, [Symbol.asyncDispose]: async () => {} };
  const refuse = (cause: NodeJS.ErrnoException) => {
    throw cannotWrite(file, cause);
  };
  const handle = await openExisting(file).catch(refuse);
  return {
    write: text =>
      (handle === undefined ? writeFile(file, text) : replaceContent(handle, text)).catch(refuse),
    [Symbol.asyncDispose]: async () => handle?.close(),
  };
}

/**
 * Opens an output for `use`, and closes it. Here, since the compiler leaves `import()` of a `.ts` file as it stands in a
 * function with `await using`: what Node then does not find is only seen in what was built.
 */
export async function withOutput<Result>(
  file: string | undefined,
  use: (output: Output) => Promise<Result>,
): Promise<Result> {
  await using output = await openOutput(file);
  return await use(output);
}

/** 128 + SIGPIPE: as a program ends whose reader went away; never 0, which would say that nothing was found. */
const brokenPipeExitCode: ExitCode = 141;

/**
 * Ends the process without a stack when nobody reads our data any more, or it cannot be written; progress that nobody
 * reads stops nothing.
 */
export function exitOnLostOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(brokenPipeExitCode);
    const { text, exitCode } = describeFailure(cannotWrite('standard output', error), 'text');
    writeErr(text);
    process.exit(exitCode);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Whether a person's terminal shows colours: never against NO_COLOR, TERM=dumb or a pipe, unless FORCE_COLOR asks. */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

function write(stream: Writable, text: string): Promise<void> {
  return new Promise(resolve => {
    stream.write(text, () => resolve());
  });
}

/** What is there already, a pipe for one, stays open. What is not there is made and removed: its folder may be the package. */
async function openExisting(file: string): Promise<FileHandle | undefined> {
  try {
    await (await open(file, 'wx')).close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return open(file, constants.O_WRONLY | constants.O_CREAT);
  }
  await rm(file);
  return undefined;
}

async function replaceContent(handle: FileHandle, text: string): Promise<void> {
  // A pipe or a device has no length to cut.
  if ((await handle.stat()).isFile()) await handle.truncate();
  await handle.writeFile(text);
}

function cannotWrite(name: string, cause: NodeJS.ErrnoException): UserError {
  const isFull = cause.code === 'ENOSPC';
  return new UserError(`${name} cannot be written: ${cause.message}`, {
    kind: isFull ? 'host' : 'usage',
    help: isFull ? 'make room on that disk' : 'give --output a file that can be written',
    cause,
  });
}
