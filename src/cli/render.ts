import { type Severity, severities } from '../model/finding.ts';
import type { Run } from '../model/run.ts';
import { reportFormatNames } from '../report/format-names.ts';
import { reportFormats } from '../report/formats.ts';
import { type ExitCode, exitCodeOf } from '../runner/exit-code.ts';
import { type Context, choiceOption } from './context.ts';

/** Columns of a report that goes into a pipe or a file. */
const fileWidth = 120;

/** Reports of finished runs, and the exit code they come to. */
export interface RenderedRuns {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Renders runs as `--format` says; `--fail-on` and `--strict` decide the exit code, which the JSON carries too. */
export function renderRuns(runs: readonly Run[], context: Context): RenderedRuns {
  const failOn = choiceOption<Severity>(context, 'failOn', severities);
  const strict = context.options['strict'] === true;
  const codeOf = (some: readonly Run[]) => exitCodeOf({ kind: 'runs', runs: some, failOn, strict });
  const exitCode = codeOf(runs);
  const isFile = context.options['output'] !== undefined;
  const text = reportFormats[choiceOption(context, 'format', reportFormatNames)]({
    runs: runs.map(run => ({ run, exitCode: codeOf([run]) })),
    exitCode,
    failOn,
    text: {
      colour: context.colour && !isFile,
      width: isFile ? fileWidth : (process.stdout.columns ?? fileWidth),
      verbose: context.options['verbose'] === true,
    },
  });
  return { text, exitCode };
}
