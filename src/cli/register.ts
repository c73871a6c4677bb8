import type { Command } from 'commander';
import type { ExitCode } from '../runner/exit-code.ts';
import type { Context } from './context.ts';

/** What a command does with its arguments; it gives the exit code. */
export type Action = (context: Context, ...words: readonly string[]) => Promise<ExitCode>;

/** Gives a command its action, and the options that every command has. */
export type Register = (command: Command, action: Action) => void;
