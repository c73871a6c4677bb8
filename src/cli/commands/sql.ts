import { text as readAll } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { choiceOption, textOption } from '../context.ts';
import { parseDuration } from '../parse-option.ts';
import type { Register } from '../register.ts';

const formats = ['text', 'json', 'ndjson', 'csv'] as const;

/** `buildhaus sql [QUERY]`: questions over every run, or one. */
export function addSql(program: Command, register: Register): void {
  register(
    program
      .command('sql')
      .description('ask the runs a question in SQL (- or nothing: stdin)')
      .argument('[query]', 'SQL over the views runs, tasks, findings, events, processes, diagnostics')
      .option('--run <id>', 'only this run: its id, the beginning of one, or latest')
      .addOption(new Option('--format <format>', 'form of the rows').choices(formats).default('text'))
      .option('--timeout <duration>', 'longest time for the query', parseDuration, 60_000),
    async (context, given) => {
      const { answerSql } = await import('../../app/sql.ts');
      const { writeAnswer } = await import('../rows.ts');
      const sql = given === undefined || given === '-' ? await readAll(process.stdin) : given;
      const format = choiceOption(context, 'format', formats);
      await answerSql(
        sql,
        {
          runs: context.runs,
          run: textOption(context, 'run'),
          timeoutMs: Number(context.options['timeout']),
          signal: context.signal,
        },
        answer => writeAnswer(answer, format),
      );
      return 0;
    },
  );
}
