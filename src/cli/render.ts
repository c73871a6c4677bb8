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

/**
 * Renders runs as `--format` says; `--fail-on` and `--strict` decide the exit code, which the JSON carries too. `missing`
 * is how many more were asked for.
 */
export function renderRuns(runs: readonly Run[], context: Context, missing = 0): RenderedRuns {
  const failOn = choiceOption<Severity>(context, 'failOn', severities);
  const strict = context.options['strict'] === true;
  const judged = { kind: 'runs', failOn, strict } as const;
  const exitCode = exitCodeOf({ ...judged, runs, missing });
  const isFile = context.options['output'] !== undefined;
  const text = reportFormats[choiceOption(context, 'format', reportFormatNames)]({
    runs: runs.map(run => ({ run, exitCode: exitCodeOf({ ...judged, runs: [run] }) })),
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
