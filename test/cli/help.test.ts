import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/command-line.ts';

/** What `--help` says, in one line. */
function helpOf(...names: readonly string[]): string {
  const command = names.reduce(
    (parent, name) => parent.commands.find(one => one.name() === name) ?? parent,
    createProgram(() => undefined),
  );
  return command.helpInformation().replaceAll(/\s+/g, ' ');
}

test.each([
  ['where the index is when none is given', 'or nowhere (default: PyPI)'],
  ['what a shorter recipe leaves out', 'standard, quick (without entry-points, test)'],
  ['where platforms are named', 'OS release with a Python, as image list names it'],
])('analyze --help says %s', (_, words) => {
  expect(helpOf('analyze')).toContain(words);
});

test.each(['rm', 'rebuild', 'verify'])('runs %s --help says that latest is a run', name => {
  expect(helpOf('runs', name)).toContain('run id, the beginning of one, or latest');
});
