import { Command, CommanderError, Option } from 'commander';
import { visible } from '../base/visible.ts';
import type { ExitCode } from '../runner/exit-code.ts';
import { addAnalyze } from './commands/analyze.ts';
import { addDoctor } from './commands/doctor.ts';
import { addHelpTopics } from './commands/help-topics.ts';
import { addImage } from './commands/image.ts';
import { addReport } from './commands/report.ts';
import { addRules } from './commands/rules.ts';
import { addRuns } from './commands/runs.ts';
import { addSql } from './commands/sql.ts';
import { addTrace } from './commands/trace.ts';
import { Interrupted, openContext } from './context.ts';
import { describeFailure } from './failure.ts';
import { exitOnLostOutput, writeErr } from './output.ts';
import type { Register } from './register.ts';
import { readVersion } from './version.ts';

/** Runs one command line to its end and gives the exit code; never throws. */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  exitOnLostOutput();
  const outcome: { code: ExitCode } = { code: 0 };
  const program = createProgram(code => {
    outcome.code = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return outcome.code;
  } catch (error) {
    // Commander has printed its own message: help and version end with 0, everything else is wrong usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Interrupted) return error.exitCode;
    const { text, exitCode } = describeFailure(error, wantsJson(argv) ? 'json' : 'text');
    writeErr(text);
    return exitCode;
  }
}

/** Whether data, and so errors too, are asked for as JSON; a file of that name says nothing. */
export function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, at) => word === '--format=json' || (word === 'json' && argv[at - 1] === '--format'),
  );
}

/** The whole command tree; `finish` takes the exit code of the one command that ran. */
export function createProgram(finish: (code: ExitCode) => void): Command {
  const program = new Command('buildhaus')
    .description('Takes a Python package through its life in a clean machine and says what it did.')
    .version(readVersion(), '--version')
    .helpCommand(true)
    .exitOverride()
    .configureOutput({
      writeErr: text =>
        writeErr(
          text
            .trimEnd()
            .split('\n')
            .map(line => visible(line))
            .join('\n'),
        ),
    })
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('before', examples);
  const register: Register = (command, action) => {
    withCommonOptions(command).action(async (...given: unknown[]) => {
      const words = given.slice(0, -2).filter(word => word !== undefined);
      await using context = openContext(command.optsWithGlobals());
      try {
        finish(await action(context, ...words.flat().map(String)));
      } catch (error) {
        // Whatever broke when the work was interrupted, the interruption is why.
        context.signal.throwIfAborted();
        throw error;
      }
    });
  };
  for (const add of commands) add(program, register);
  return program;
}

const commands = [
  addAnalyze,
  addReport,
  addSql,
  addRuns,
  addRules,
  addTrace,
  addImage,
  addDoctor,
  addHelpTopics,
] as const satisfies readonly ((program: Command, register: Register) => void)[];

const examples = `Examples:
  buildhaus analyze examples/suspicious-setup      a source folder, on a fresh machine
  buildhaus analyze jinja2==3.1.2 --index ./dists  a release from a folder of sdists and wheels
  buildhaus sql "select path from events where kind = 'file.write'"
  buildhaus doctor                                 is this host ready
`;

function withCommonOptions(command: Command): Command {
  return command
    .exitOverride()
    .addOption(new Option('--runs <dir>', 'folder of the runs').env('BUILDHAUS_RUNS'))
    .option('-q, --quiet', 'no progress on standard error')
    .option('-v, --verbose', 'more progress, and findings with all their evidence')
    .option('--no-color', 'no colours (NO_COLOR does the same)');
}
