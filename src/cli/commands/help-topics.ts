import type { Command } from 'commander';
import { exitCodes } from '../../runner/exit-code.ts';
import { type Column, tables } from '../../store/tables/tables.ts';
import { writeOut } from '../output.ts';
import type { Register } from '../register.ts';

const environment = {
  BUILDHAUS_RUNS: 'folder of the runs (--runs wins)',
  XDG_CACHE_HOME: 'images and snapshots lie in its folder buildhaus (default: ~/.cache)',
  XDG_DATA_HOME: 'runs lie in its folder buildhaus/runs (default: ~/.local/share)',
  XDG_CONFIG_HOME: 'files of Windows machines lie in its folder buildhaus/machines (default: ~/.config)',
  BUILDHAUS_DATA: 'test data for the tests that use traces of other projects',
  NO_COLOR: 'no colours; nor where TERM is dumb',
  FORCE_COLOR: 'colours even into a pipe',
} as const;

/** `buildhaus exit-codes`, `environment` and `columns`: what scripts and questions in SQL need to know. */
export function addHelpTopics(program: Command, register: Register): void {
  register(program.command('exit-codes').description('what the exit code of a command means'), async () => {
    await writeOut(aligned(exitCodes));
    return 0;
  });
  register(program.command('environment').description('the variables that are read'), async () => {
    await writeOut(aligned(environment));
    return 0;
  });
  const about = 'what sql can ask: each view, its columns and what they mean';
  register(program.command('columns').description(about), async () => {
    await writeOut(aligned(describedColumns()));
    return 0;
  });
}

/** Every column by the name that SQL knows it by, `events.path`. */
function describedColumns(): Readonly<Record<string, string>> {
  const rows = Object.entries(tables).flatMap(([view, columns]) =>
    Object.entries<Column>(columns).map(([name, { type, about }]) => [
      `${view}.${name}`,
      `${type.padEnd(9)}  ${about}`,
    ]),
  );
  return Object.fromEntries(rows);
}

function aligned(table: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(table).map(key => key.length));
  return Object.entries(table)
    .map(([key, text]) => `${key.padEnd(width)}  ${text}\n`)
    .join('');
}
