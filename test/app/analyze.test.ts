import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzePackage } from '../../src/app/analyze.ts';
import type { Progress } from '../../src/model/ports.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** Analyzes with no machine allowed. */
function analyze(
  given: string,
  options: { readonly indexLocation: string; readonly file?: string; readonly progress?: Progress },
) {
  return analyzePackage({
    package: given,
    platforms: [],
    recipe: 'standard',
    timeoutMs: undefined,
    tty: false,
    ruleFolders: [],
    // No run can be kept there, and so no machine started.
    runsFolder: '/sys',
    buildhaus: '1',
    sandbox: 'qemu',
    allowWeakBoundary: false,
    requireStrongBoundary: false,
    mirror: undefined,
    progress: quietProgress,
    signal: new AbortController().signal,
    ...options,
  });
}

describe('a request that cannot be met is refused with its fix:', () => {
  test.each([
    ['a release without an index', 'a==1.0', { indexLocation: 'none' }, /no index to take it from/],
    [
      'a file of what is no release',
      '.',
      { indexLocation: 'none', file: 'a.whl' },
      /--file a\.whl: \. is one file/,
    ],
    ['an index without a host', 'a==1.0', { indexLocation: 'https://' }, /not the URL of an index/],
  ])('%s', async (_, given, options, message) => {
    await expect(analyze(given, options)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
      help: expect.stringMatching(/./),
    });
  });
});

describe('before a machine starts it is said', () => {
  /** What is said first: nothing comes after it. */
  async function said(given: string, indexLocation: string): Promise<string> {
    const progress: Progress = {
      ...quietProgress,
      start: step => (_, note) => {
        throw new Error(`${step}: ${note}`);
      },
    };
    return analyze(given, { indexLocation, progress }).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
  }

  test('what of a folder is left out', async () => {
    await using folder = await temporaryFolder();
    const project = path.join(folder.path, 'project');
    await mkdir(project);
    await writeFile(path.join(project, 'setup.py'), '');
    await symlink('/mnt/data', path.join(project, 'data'));
    const sentence = 'left out: data; analyze an sdist, or remove what is left out';
    expect(await said(project, 'none')).toBe(`project.tar.gz: ${sentence}`);
  });

  test('which files of a release are not looked at', async () => {
    await using folder = await temporaryFolder();
    for (const tag of ['py3-none-any', 'cp311-cp311-any']) {
      await writeFile(path.join(folder.path, `a-1.0-${tag}.whl`), 'PK\u0003\u0004');
    }
    const sentence = 'not looked at: a-1.0-cp311-cp311-any.whl; --file NAME takes another file';
    expect(await said('a==1.0', folder.path)).toBe(`a-1.0-py3-none-any.whl: ${sentence}`);
  });
});
