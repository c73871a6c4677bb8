import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../src/app/rules.ts';
import { project } from '../helpers/buildhaus.ts';
import { archives } from './archives/archives.ts';
import { corpus, readCatalogue } from './catalogue.ts';
import { caseSchema, isPlayed, isProven } from './expectation.ts';
import { expectationIn } from './judge.ts';

const catalogue = await readCatalogue();
const played = catalogue.flatMap(entry => (isPlayed(entry.case) ? [{ ...entry, case: entry.case }] : []));

/** How many rows each group of the threat catalogue has; cases of our own have numbers behind them. */
const rows = { E: 9, T: 28, I: 15, R: 12, H: 13, S: 7 } as const;

describe('the hostile packages', () => {
  test('are at least one for every row of the threat catalogue', () => {
    const expected = Object.entries(rows).flatMap(([group, count]) =>
      Array.from({ length: count }, (_, index) => `${group}${index + 1}`),
    );
    const found = new Set(catalogue.map(entry => entry.case.id.replace(/[a-z]$/, '')));
    expect(expected.filter(row => !found.has(row))).toEqual([]);
  });

  test('have an id of their own each, that its file is named by', () => {
    const ids = catalogue.map(entry => entry.case.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { file, case: one } of catalogue) {
      expect(path.basename(file).split('-')[0]).toBe(one.id);
    }
  });

  test('are all told what is expected of them', async () => {
    const known = new Set(catalogue.map(entry => entry.folder));
    for (const group of await readdir(corpus)) {
      const found = await readdir(path.join(corpus, group), { withFileTypes: true });
      for (const one of found.filter(entry => entry.isDirectory())) {
        expect(known).toContain(path.join(corpus, group, one.name));
      }
    }
  });

  test('say in their first line which they are, and do nothing outside of a machine', async () => {
    for (const { folder, case: one } of played) {
      if (folder === undefined) continue;
      const source = await readFile(path.join(folder, 'setup.py'), 'utf8');
      expect(source.startsWith(`"""${one.id}: `), one.id).toBe(true);
      expect(source, one.id).toContain('if not os.path.isdir("/usr/lib/probes"):');
    }
  });

  test('have a package or the name of an archive, and not both', () => {
    for (const { folder, case: one } of played) {
      expect((folder === undefined) !== (one.archive === undefined), one.id).toBe(true);
      if (one.archive !== undefined) expect(Object.keys(archives), one.id).toContain(one.archive);
    }
  });

  test('name rules that there are', async () => {
    const rules = (await loadRules([])).rules.map(({ id }) => id);
    const flags = played.flatMap(({ case: one }) => [
      ...expectationIn(one, ['local', 'without-limits']).flags,
      ...expectationIn(one, ['qemu']).flags,
    ]);
    for (const flag of flags) expect(rules).toContain(flag);
  });

  test('that no package can play are proven by tests that there are', async () => {
    for (const { file, title } of catalogue
      .map(entry => entry.case)
      .filter(isProven)
      .flatMap(one => one['proven-by'])) {
      expect(await testsIn(file), file).toContain(title);
    }
  });
});

/** The text of a file of tests, and of the contract that it holds its sandbox to. */
async function testsIn(file: string): Promise<string> {
  const source = await readFile(path.join(project, file), 'utf8');
  const isHeld = source.includes("/contract/sandbox.ts'");
  const contract = isHeld ? await readFile(path.join(project, 'test', 'contract', 'sandbox.ts'), 'utf8') : '';
  return `${source}${contract}`.replaceAll("\\'", "'");
}

describe('an expectation', () => {
  const base = { id: 'T1', tries: 'something', oracle: ['SAFE'], expect: {} };

  test.each([
    ['SEEN', {}],
    ['FLAG', {}],
    ['INTEG', {}],
    ['CAP', { caps: ['trace-bytes'] }],
  ])('of %s that says nothing to prove it is refused', (oracle, expected) => {
    expect(caseSchema.safeParse({ ...base, oracle: [oracle], expect: expected }).success).toBe(false);
  });

  test('with a word that nobody reads is refused', () => {
    expect(caseSchema.safeParse({ ...base, expect: { flag: ['x'] } }).success).toBe(false);
    expect(caseSchema.safeParse(base).success).toBe(true);
  });

  test('of a row speaks of a column of events', () => {
    expect(caseSchema.safeParse({ ...base, expect: { seen: { x: '1 = 1' } } }).success).toBe(false);
  });
});
