import { type Command, Option } from 'commander';
import { defaultPlatform } from '../../app/default-platform.ts';
import { chosenSandboxes } from '../../model/run.ts';
import type { ExitCode } from '../../runner/exit-code.ts';
import { defaultRecipe, type Recipe, recipeNamed, recipes } from '../../runner/recipes.ts';
import { announce, type Context, choiceOption, listOption, textOption } from '../context.ts';
import { describeFailure } from '../failure.ts';
import { mirrorOption } from '../mirror-option.ts';
import { type Output, withOutput, writeErr } from '../output.ts';
import { collect, parseDuration } from '../parse-option.ts';
import type { Register } from '../register.ts';
import { withReportOptions } from '../report-options.ts';
import { readVersion } from '../version.ts';

/** `buildhaus analyze PACKAGE`: takes a package through its life on each platform, and reports. */
export function addAnalyze(program: Command, register: Register): void {
  const command = withReportOptions(program.command('analyze'))
    .description('take a package through its life, and report')
    .argument('<package>', 'an sdist (.tar.gz, .zip), a wheel, a source folder, or name==version')
    .option(
      '--index <url|dir|none>',
      'where dependencies come from: a package index (no proxy is used), a folder shown as one, or nowhere (default: PyPI)',
    )
    .option(
      '--file <name>',
      'which file of name==version: a wheel, say (default: its sdist, else its pure wheel)',
    )
    .option(
      '--platform <id>',
      `OS release with a Python, as image list names it; repeatable (default: ${defaultPlatform})`,
      collect,
    )
    .option('--recipe <name>', `which tasks: ${recipes.map(described).join(', ')}`, defaultRecipe)
    .option(
      '--timeout <duration>',
      "time limit of each task, such as 90s or 2h (default: each task's own)",
      parseDuration,
    )
    .option('--require-strong-boundary', 'refuse every machine but hardware virtualization')
    .addOption(
      new Option('--sandbox <name>', 'what contains the package').choices(chosenSandboxes).default('qemu'),
    )
    .option('--allow-weak-boundary', 'let --sandbox local run: for packages you trust')
    .option('--tty', 'give the tasks a terminal (not on Windows)')
    .option('--rules <dir>', 'more rules beside ours; repeatable', collect)
    .addOption(mirrorOption());
  register(command, analyze);
}

/** A recipe by its name, and by what it leaves out. */
function described({ name, tasks }: Recipe): string {
  const rest = recipeNamed(defaultRecipe).tasks.filter(task => !tasks.includes(task));
  return rest.length === 0 ? name : `${name} (without ${rest.map(task => task.name).join(', ')})`;
}

function analyze(context: Context, given: string): Promise<ExitCode> {
  announce(context, `buildhaus ${readVersion()}: ${given}`);
  return withOutput(textOption(context, 'output'), output => analyzeTo(output, context, given));
}

async function analyzeTo(output: Output, context: Context, given: string): Promise<ExitCode> {
  const { analyzePackage } = await import('../../app/analyze.ts');
  const { renderRuns } = await import('../render.ts');
  const timeoutMs: unknown = context.options['timeout'];
  const { runs, failures } = await analyzePackage({
    package: given,
    file: textOption(context, 'file'),
    indexLocation: textOption(context, 'index'),
    platforms: listOption(context, 'platform'),
    recipe: textOption(context, 'recipe') ?? defaultRecipe,
    timeoutMs: typeof timeoutMs === 'number' ? timeoutMs : undefined,
    sandbox: choiceOption(context, 'sandbox', chosenSandboxes),
    allowWeakBoundary: context.options['allowWeakBoundary'] === true,
    requireStrongBoundary: context.options['requireStrongBoundary'] === true,
    tty: context.options['tty'] === true,
    ruleFolders: listOption(context, 'rules'),
    mirror: textOption(context, 'mirror'),
    buildhaus: readVersion(),
    runsFolder: context.runs,
    progress: context.progress,
    signal: context.signal,
  });
  const { text, exitCode } = renderRuns(runs, context, failures.length);
  await output.write(text);
  const format = textOption(context, 'format') === 'json' ? 'json' : 'text';
  for (const failure of failures) writeErr(describeFailure(failure, format).text);
  return exitCode;
}
