import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzePackage } from '../../src/app/analyze.ts';
import { explainRuleNamed, loadRules, testRules } from '../../src/app/rules.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { ruleText } from '../helpers/rule-text.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A folder with one rule in it, `persistence/demo.yaml`. */
async function rulesFolder(question: string) {
  const folder = await temporaryFolder();
  const file = path.join(folder.path, 'persistence', 'demo.yaml');
  await mkdir(path.dirname(file));
  await writeFile(file, ruleText(question));
  return { ...folder, file };
}

const fine = 'match: { kind: file.open }';

describe('a rule of the user', () => {
  test.each([
    ['a word that the vocabulary lacks', 'match: { path|in: kays }', 'has no list "kays"', 'it has: '],
    ['a broken expression', 'match: { path|re: "(" }', 'missing )', 'docs/rules.md'],
    ['broken SQL', 'sql: SELECT run, seq FROM', 'syntax error', 'docs/rules.md'],
    ['a column that is not there', 'sql: SELECT run, seq, pth FROM events', '"pth"', 'buildhaus columns'],
  ])('with %s is refused with its name, file and fix', async (_, question, reason, fix) => {
    await using folder = await rulesFolder(question);
    await expect(loadRules([folder.path])).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(new RegExp(`^${folder.file}: rule demo cannot be asked: .+$`)),
      help: expect.stringContaining(fix),
    });
    await expect(loadRules([folder.path])).rejects.toThrow(reason);
  });

  test('that is wrong is refused before anything else is looked at', async () => {
    await using folder = await rulesFolder('match: { path|re: "(" }');
    const asked = analyzePackage({
      package: path.join(folder.path, 'not-there'),
      indexLocation: folder.path,
      platforms: [],
      recipe: 'standard',
      timeoutMs: undefined,
      tty: false,
      ruleFolders: [folder.path],
      runsFolder: path.join(folder.path, 'runs'),
      buildhaus: '1',
      sandbox: 'qemu',
      allowWeakBoundary: false,
      requireStrongBoundary: false,
      mirror: undefined,
      progress: quietProgress,
      signal: new AbortController().signal,
    });
    await expect(asked).rejects.toThrow('rule demo cannot be asked');
  });

  test.each(['demo.yml', 'deep/er/demo.yaml'])('is read from %s', async name => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, ruleText(fine));
    expect((await loadRules([folder.path])).rules.map(({ id }) => id)).toContain('demo');
  });

  test('is not missed in silence: a folder without one is refused', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'demo.yaml.txt'), ruleText(fine));
    await expect(loadRules([folder.path])).rejects.toMatchObject({
      kind: 'usage',
      message: `--rules ${folder.path}: there is no rule in it`,
      help: expect.stringContaining('.yml'),
    });
  });

  test('that can be asked stands beside ours', async () => {
    await using folder = await rulesFolder(fine);
    const ids = async (folders: readonly string[]) => (await loadRules(folders)).rules.map(({ id }) => id);
    expect(await ids([folder.path])).toEqual([...(await ids([])), 'demo']);
  });
});

describe('a rule is tested', () => {
  test.each([
    ['by its file, in a folder that was named', (folder: string) => [folder], 'persistence/demo.yaml'],
    ['by its file, in no folder that was named', () => [], 'persistence/demo.yaml'],
    ['by its file, told another way', (folder: string) => [folder], 'persistence/../persistence/demo.yaml'],
  ])('%s', async (_, folders, file) => {
    await using folder = await rulesFolder(fine);
    const results = await testRules(folders(folder.path), [`${folder.path}/${file}`]);
    expect(results).toEqual([{ rule: 'demo', tests: 2, failures: [] }]);
  });

  test('by its id', async () => {
    await using folder = await rulesFolder(fine);
    expect(await testRules([folder.path], ['demo'])).toMatchObject([{ rule: 'demo', failures: [] }]);
  });

  test('by the file of one of ours, from the folder it is called in', async () => {
    const results = await testRules([], ['rules/credential-access/private-key-read.yaml']);
    expect(results).toMatchObject([{ rule: 'private-key-read', failures: [] }]);
  });

  test('and fails with the reason when it cannot be asked', async () => {
    await using folder = await rulesFolder('match: { path|in: kays }');
    const [result] = await testRules([folder.path], ['demo']);
    expect(result?.failures).toEqual([
      '"hit" cannot be asked: the vocabulary has no list "kays"',
      '"miss" cannot be asked: the vocabulary has no list "kays"',
    ]);
  });

  test.each([
    ['not-there.yaml', 'cannot read that file'],
    ['rules/persistence', 'cannot read that file'],
    ['rules/vocabulary.yaml', 'there is no rule rules/vocabulary.yaml'],
    ['not-there', 'there is no rule not-there'],
  ])('and %s is refused', async (name, message) => {
    await expect(testRules([], [name])).rejects.toThrow(message);
  });
});

test('a rule is explained by its file', async () => {
  await using folder = await rulesFolder(fine);
  expect(await explainRuleNamed([], folder.file)).toContainEqual(
    expect.stringContaining('where kind is file.open'),
  );
});
