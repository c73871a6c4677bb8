import { type Command, Option } from 'commander';
import { jsonText } from '../../base/json-text.ts';
import { visible } from '../../base/visible.ts';
import { phases } from '../../model/task.ts';
import type { ExitCode } from '../../runner/exit-code.ts';
import { missingTracers, tracerNames } from '../../tracers/tracer-names.ts';
import { type Context, choiceOption, listOption, textOption } from '../context.ts';
import { type Output, withOutput, writeErr, writeOut } from '../output.ts';
import { collect } from '../parse-option.ts';
import type { Register } from '../register.ts';
import { withReportOptions } from '../report-options.ts';
import { readVersion } from '../version.ts';

const tracers = ['auto', ...tracerNames, ...missingTracers] as const;

/** `buildhaus parse TRACE` and `buildhaus import TRACE`: traces that were recorded elsewhere. */
export function addTrace(program: Command, register: Register): void {
  register(
    withTracer(program.command('parse'))
      .description('print a recorded trace as events, in NDJSON')
      .argument('<trace>', 'the file, or - for standard input')
      .addOption(new Option('--format <format>', 'form of the events').choices(['ndjson']).default('ndjson'))
      .option('--every-call', 'print repeated calls one by one, not counted together'),
    printEvents,
  );
  register(
    withTracer(withReportOptions(program.command('import')))
      .description('make a run of a recorded trace; ends with 3, or 1: nobody vouches that it is whole')
      .argument('<trace>', 'the file, or - for standard input')
      .option('--platform <id>', 'where it was recorded', 'unknown')
      .addOption(new Option('--phase <phase>', 'what the trace shows').choices(phases).default('install'))
      .option('--rules <dir>', 'more rules beside ours; repeatable', collect),
    importRun,
  );
}

async function printEvents(context: Context, file = '-'): Promise<ExitCode> {
  const { parseFile } = await import('../../app/parse-trace.ts');
  const request = {
    file,
    tracer: tracerOf(context),
    everyCall: context.options['everyCall'] === true,
    signal: context.signal,
  };
  const read = await parseFile(request, items => writeOut(items.map(item => `${jsonText(item)}\n`).join('')));
  if (context.options['quiet'] !== true) {
    const collapsed = read.collapsed === 0 ? '' : `, ${read.collapsed} more counted in them`;
    const caps = read.caps.length === 0 ? '' : `, limits reached: ${read.caps.join(', ')}`;
    writeErr(visible(`${read.events} events${collapsed}, ${read.diagnostics} diagnostics${caps}`));
  }
  return 0;
}

function importRun(context: Context, file = '-'): Promise<ExitCode> {
  return withOutput(textOption(context, 'output'), output => importTo(output, context, file));
}

async function importTo(output: Output, context: Context, file: string): Promise<ExitCode> {
  const { importTrace } = await import('../../app/import-trace.ts');
  const { renderRuns } = await import('../render.ts');
  const run = await importTrace({
    file,
    tracer: tracerOf(context),
    platform: textOption(context, 'platform') ?? 'unknown',
    phase: choiceOption(context, 'phase', phases),
    ruleFolders: listOption(context, 'rules'),
    buildhaus: readVersion(),
    runsFolder: context.runs,
    progress: context.progress,
    signal: context.signal,
  });
  const { text, exitCode } = renderRuns([run], context);
  await output.write(text);
  return exitCode;
}

function withTracer(command: Command): Command {
  return command.addOption(
    new Option('--tracer <name>', 'what recorded it').choices(tracers).default('auto'),
  );
}

function tracerOf(context: Context): (typeof tracers)[number] {
  return choiceOption(context, 'tracer', tracers);
}
