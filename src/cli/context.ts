import type { OptionValues } from 'commander';
import { runsFolder } from '../app/folders.ts';
import { UserError } from '../base/user-error.ts';
import { visible } from '../base/visible.ts';
import type { Progress } from '../model/ports.ts';
import type { ExitCode } from '../runner/exit-code.ts';
import { wantsColour, writeErr } from './output.ts';
import { createProgress, silentProgress } from './progress.ts';

/** What every command is given. Disposing stops listening for signals. */
export interface Context extends AsyncDisposable {
  readonly options: OptionValues;
  /** Where the bundles of runs lie. */
  readonly runs: string;
  readonly progress: Progress;
  /** Whether data on standard output may be coloured. */
  readonly colour: boolean;
  /** Aborted by the first Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
}

/** Conventional exit codes of the signals: 128 + number. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const satisfies Record<string, ExitCode>;

/** Opens the context of one command. */
export function openContext(options: OptionValues): Context {
  const abort = new AbortController();
  const listeners = Object.entries(signals).map(([name, code]) => {
    const listener = () => {
      if (abort.signal.aborted) process.exit(code);
      writeErr(`buildhaus: ${visible(name)}: ending the machine and cleaning up (again to quit at once)`);
      abort.abort(new Interrupted(name, code));
    };
    process.on(name, listener);
    return { name, listener };
  });
  const progress =
    options['quiet'] === true
      ? silentProgress
      : createProgress(process.stderr, { verbose: options['verbose'] === true });
  return {
    options,
    runs: runsFolder(process.env, options['runs'] === undefined ? undefined : String(options['runs'])),
    progress,
    colour: options['color'] !== false && wantsColour(process.stdout, process.env),
    signal: abort.signal,
    [Symbol.asyncDispose]: async () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}

/** Why the work was aborted; carries the exit code of the signal. */
export class Interrupted extends Error {
  readonly exitCode: ExitCode;

  constructor(signal: string, exitCode: ExitCode) {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.exitCode = exitCode;
  }
}

/** The first line of a command that takes time: at once, before anything is loaded. Not with `-q`. */
export function announce(context: Context, line: string): void {
  if (context.options['quiet'] !== true) writeErr(visible(line));
}

/** The text of an option, or undefined when it was not given. */
export function textOption(context: Context, name: string): string | undefined {
  const value: unknown = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** All values of a repeatable option, in order. */
export function listOption(context: Context, name: string): readonly string[] {
  const value: unknown = context.options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** The value of an option that only takes some words; the words are checked here once more, by type. */
export function choiceOption<T extends string>(context: Context, name: string, choices: readonly T[]): T {
  const value = textOption(context, name);
  const choice = choices.find(word => word === value);
  if (choice !== undefined) return choice;
  const option = name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  throw new UserError(`--${option} takes ${choices.join(', ')}`, { kind: 'usage' });
}
