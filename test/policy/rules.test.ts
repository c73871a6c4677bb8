import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainRule } from '../../src/policy/explain-rule.ts';
import { parseRule, parseVocabulary } from '../../src/policy/parse-rule.ts';
import { testRule } from '../../src/policy/test-rule.ts';
import { bench } from './bench.ts';

const folder = join(import.meta.dirname, '../../rules');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const vocabulary = parseVocabulary(read('vocabulary.yaml'), 'rules/vocabulary.yaml');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.yaml') && file !== 'vocabulary.yaml')
  .sort();
const rules = files.map(file => ({ file, rule: parseRule(read(file), `rules/${file}`) }));

test('every rule has an id of its own, which is the name of its file', () => {
  expect(rules.map(({ rule }) => rule.id)).toEqual(files.map(file => basename(file, '.yaml')));
  expect(new Set(rules.map(({ rule }) => rule.id)).size).toBe(rules.length);
});

describe.each(rules)('$rule.id', ({ rule }) => {
  test('hits what it should and misses what it should', async () => {
    const failed = (await testRule(rule, vocabulary, bench)).filter(result => !result.passed);
    expect(failed).toEqual([]);
  });

  test('can be explained', () => {
    const { prose, sql } = explainRule(rule, vocabulary);
    expect(prose).not.toContain('undefined');
    expect(sql).toContain('SELECT');
  });
});
