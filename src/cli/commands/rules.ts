import type { Command } from 'commander';
import { visible } from '../../base/visible.ts';
import { listOption } from '../context.ts';
import { writeOut } from '../output.ts';
import { collect } from '../parse-option.ts';
import type { Register } from '../register.ts';
import { formatTable } from '../table.ts';

/** `buildhaus rules list|test|explain`: the questions asked of every run. */
export function addRules(program: Command, register: Register): void {
  const rules = program.command('rules').description('the questions asked of every run');

  register(withRules(rules.command('list').description('every rule, with its severity')), async context => {
    const { listRules } = await import('../../app/rules.ts');
    await writeOut(formatTable(await listRules(listOption(context, 'rules'))));
    return 0;
  });

  register(
    withRules(
      rules
        .command('test')
        .description("run the rules' own hit and miss tests")
        .argument('[rule...]', 'their ids or files (default: all)'),
    ),
    async (context, ...names) => {
      const { testRules } = await import('../../app/rules.ts');
      const results = await testRules(listOption(context, 'rules'), names);
      const failures = results.flatMap(result =>
        result.failures.map(failure => `${visible(`${result.rule}: ${failure}`)}\n`),
      );
      await writeOut(failures.join(''));
      await writeOut(`${results.length} rules tested, ${failures.length} failures\n`);
      return failures.length === 0 ? 0 : 1;
    },
  );

  register(
    withRules(
      rules
        .command('explain')
        .description('what a rule asks, in words and in SQL')
        .argument('<rule>', 'its id or file'),
    ),
    async (context, name = '') => {
      const { explainRuleNamed } = await import('../../app/rules.ts');
      const lines = await explainRuleNamed(listOption(context, 'rules'), name);
      await writeOut(lines.map(line => `${visible(line)}\n`).join(''));
      return 0;
    },
  );
}

function withRules(command: Command): Command {
  return command.option('--rules <dir>', 'more rules beside ours; repeatable', collect);
}
