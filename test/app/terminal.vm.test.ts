import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { localSandboxProblem } from '../../src/sandbox/local/sandbox.ts';
import { buildhaus, reportOf } from '../helpers/buildhaus.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const skip = localSandboxProblem();

/** What corpus/benign/terminal looked for: the names of files say what it saw. */
async function looksOf(...options: readonly string[]): Promise<readonly unknown[]> {
  await using folder = await temporaryFolder();
  const at = (name: string) => path.join(folder.path, name);
  await mkdir(at('index'));
  const ended = await buildhaus(
    ...[
      'analyze',
      'corpus/benign/terminal',
      '--index',
      at('index'),
      '--runs',
      at('runs'),
      '--format',
      'json',
    ],
    ...['--sandbox', 'local', '--allow-weak-boundary', '--recipe', 'quick', ...options],
  );
  expect(reportOf(ended).verdict).toMatchObject({ grade: 'PASS', behaviour: 'clean', integrity: 'complete' });
  const question = `select distinct phase, path from events where phase in ('build', 'import')
    and regexp_matches(path, '^/(build|import)-has-') order by all`;
  const answer = await buildhaus('sql', question, '--format', 'json', '--runs', at('runs'));
  return JSON.parse(answer.stdout);
}

describe.skipIf(skip !== undefined)(`a terminal${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
  test('is there for build and import with --tty', async () => {
    expect(await looksOf('--tty')).toEqual([
      { phase: 'build', path: '/build-has-terminal' },
      { phase: 'import', path: '/import-has-terminal' },
    ]);
  });

  test('is not there without', async () => {
    expect(await looksOf()).toEqual([
      { phase: 'build', path: '/build-has-none' },
      { phase: 'import', path: '/import-has-none' },
    ]);
  });
});
