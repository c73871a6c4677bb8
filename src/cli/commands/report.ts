import type { Command } from 'commander';
import type { ExitCode } from '../../runner/exit-code.ts';
import { type Context, textOption } from '../context.ts';
import { type Output, withOutput } from '../output.ts';
import type { Register } from '../register.ts';
import { withReportOptions } from '../report-options.ts';

/** `buildhaus report RUN`: the report of a run that was made before. */
export function addReport(program: Command, register: Register): void {
  register(
    withReportOptions(program.command('report'))
      .description('show the report of a run again')
      .argument('[run]', 'run id, the beginning of one, or latest', 'latest'),
    (context, id = 'latest') =>
      withOutput(textOption(context, 'output'), output => reportTo(output, context, id)),
  );
}

async function reportTo(output: Output, context: Context, id: string): Promise<ExitCode> {
  const { findRun } = await import('../../app/runs.ts');
  const { renderRuns } = await import('../render.ts');
  const { text, exitCode } = renderRuns([await findRun(context.runs, id)], context);
  await output.write(text);
  return exitCode;
}
