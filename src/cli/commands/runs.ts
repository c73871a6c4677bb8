import { type Command, Option } from 'commander';
import { jsonText } from '../../base/json-text.ts';
import { UserError } from '../../base/user-error.ts';
import { visible } from '../../base/visible.ts';
import type { ExitCode } from '../../runner/exit-code.ts';
import { type Context, choiceOption } from '../context.ts';
import { writeErr, writeOut } from '../output.ts';
import type { Register } from '../register.ts';
import { formatTable } from '../table.ts';

const runArgument = 'run id, the beginning of one, or latest';
const formats = ['text', 'json'] as const;

/** `buildhaus runs list|rm|rebuild|verify`: the bundles on this host. */
export function addRuns(program: Command, register: Register): void {
  const runs = program.command('runs').description('the runs kept on this host');

  register(
    runs
      .command('list')
      .description('every run, newest first')
      .addOption(new Option('--format <format>', 'form of the list').choices(formats).default('text')),
    async context => {
      const { summarizeRuns } = await import('../../app/runs.ts');
      const rows = await summarizeRuns(context.runs);
      if (choiceOption(context, 'format', formats) === 'json') {
        await writeOut(`${jsonText(rows, 2)}\n`);
      } else if (rows.length === 0) {
        writeErr(`no runs in ${visible(context.runs)}; make one: buildhaus analyze PACKAGE`);
      } else {
        await writeOut(formatTable(rows));
      }
      return 0;
    },
  );

  register(
    runs.command('rm').description('remove runs').argument('<run...>', runArgument),
    async (context, ...ids) => {
      const { removeRuns } = await import('../../app/runs.ts');
      await removeRuns(context.runs, ids);
      return 0;
    },
  );

  register(
    runs
      .command('rebuild')
      .description('make the tables of runs again from their raw evidence; findings and verdicts stay')
      .argument('[run...]', runArgument)
      .option('--all', 'every run'),
    rebuild,
  );

  register(
    runs
      .command('verify')
      .description('compare the files of a run with its manifest')
      .argument('<run>', runArgument),
    async (context, id = '') => {
      const { verifyBundle } = await import('../../app/runs.ts');
      const problems = await verifyBundle(context.runs, id);
      await writeOut(
        problems.length === 0
          ? `${visible(id)}: intact\n`
          : problems.map(problem => `${visible(problem)}\n`).join(''),
      );
      return problems.length === 0 ? 0 : 3;
    },
  );
}

async function rebuild(context: Context, ...ids: readonly string[]): Promise<ExitCode> {
  const { rebuildRuns } = await import('../../app/runs.ts');
  const all = context.options['all'] === true;
  if (ids.length === 0 && !all) {
    throw new UserError('name the runs to rebuild, or give --all', { kind: 'usage' });
  }
  let isDone = true;
  for await (const { run, lines, ok } of rebuildRuns(context.runs, all ? undefined : ids, context)) {
    await writeOut(lines.map(line => `${visible(`${run}: ${line}`)}\n`).join(''));
    isDone &&= ok;
  }
  return isDone ? 0 : 3;
}
