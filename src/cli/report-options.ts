import { type Command, Option } from 'commander';
import { severities } from '../model/finding.ts';
import { reportFormatNames } from '../report/format-names.ts';

/** The options of every command that ends in a report. */
export function withReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'form of the report').choices(reportFormatNames).default('text'),
    )
    .option('-o, --output <file>', 'where the report goes (default: standard output)')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 for findings at or above it')
        .choices(severities)
        .default('high'),
    )
    .option('--strict', "exit with 4 when the package's own build or tests fail");
}
