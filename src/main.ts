import { runCommandLine } from './cli/command-line.ts';
import { describeFailure } from './cli/failure.ts';
import { writeErr } from './cli/output.ts';

// Node's own exit code for this is 1, which for us says that something was found.
process.on('uncaughtException', error => {
  const { text, exitCode } = describeFailure(error, 'text');
  writeErr(text);
  process.exit(exitCode);
});

process.exitCode = await runCommandLine(process.argv.slice(2));
