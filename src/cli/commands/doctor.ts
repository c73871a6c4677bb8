import { type Command, Option } from 'commander';
import { jsonText } from '../../base/json-text.ts';
import { visible } from '../../base/visible.ts';
import { choiceOption } from '../context.ts';
import { writeOut } from '../output.ts';
import type { Register } from '../register.ts';
import { formatTable } from '../table.ts';

const formats = ['text', 'json'] as const;

/** `buildhaus doctor`: what this host can do, by trying it. */
export function addDoctor(program: Command, register: Register): void {
  register(
    program
      .command('doctor')
      .description('check that this host is ready, by trying')
      .addOption(new Option('--format <format>', 'form of the answer').choices(formats).default('text')),
    async context => {
      const { examineHost } = await import('../../app/doctor.ts');
      const checks = await examineHost(context.runs, context.signal);
      const isReady = checks.every(check => check.status !== 'failed');
      const exitCode = isReady ? 0 : 5;
      const document = { schema_version: 1, checks, exit_code: exitCode };
      await writeOut(
        choiceOption(context, 'format', formats) === 'json'
          ? `${jsonText(document, 2)}\n`
          : formatTable(
              checks.map(({ name, status, detail, fix }) => ({ check: name, status, detail, fix })),
            ),
      );
      return exitCode;
    },
  );
  register(program.command('gc').description('remove what nobody needs any more'), async context => {
    const { collectGarbage } = await import('../../app/garbage.ts');
    for (const removed of await collectGarbage(context.runs, context.signal))
      await writeOut(`removed ${visible(removed)}\n`);
    return 0;
  });
}
