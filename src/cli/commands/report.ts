import type { Command } from 'commander';
import { textOption } from '../context.ts';
import { openOutput } from '../output.ts';
import type { Register } from '../register.ts';
import { withReportOptions } from '../report-options.ts';

/** `buildhaus report RUN`: the report of a run that was made before. */
export function addReport(program: Command, register: Register): void {
  register(
    withReportOptions(program.command('report'))
      .description('show the report of a run again')
      .argument('[run]', 'run id, the beginning of one, or latest', 'latest'),
    async (context, id = 'latest') => {
      await using output = await openOutput(textOption(context, 'output'));
      const { findRun } = await import('../../app/runs.ts');
      const { renderRuns } = await import('../render.ts');
      const { text, exitCode } = renderRuns([await findRun(context.runs, id)], context);
      await output.write(text);
      return exitCode;
    },
  );
}
