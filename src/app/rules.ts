import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jsonText } from '../base/json-text.ts';
import { UserError } from '../base/user-error.ts';
import { evaluateRules, type RuleBook, type RunContext } from '../policy/evaluate-rules.ts';
import { explainRule } from '../policy/explain-rule.ts';
import { parseRule, parseVocabulary } from '../policy/parse-rule.ts';
import type { Rule, Vocabulary } from '../policy/schema.ts';
import { type TestBench, testRule, testRun } from '../policy/test-rule.ts';
import type { RuleSet } from '../runner/run-package.ts';
import { createRunWriter } from '../store/run-writer.ts';
import { projectFolder } from './folders.ts';

const vocabularyFile = 'vocabulary.yaml';

/** Reads our rules and those of the given folders. Two rules of one id, or two lists of one name, are refused. */
export async function loadRules(folders: readonly string[]): Promise<RuleBook> {
  const rules = new Map<string, Rule>();
  let vocabulary: Vocabulary = { lists: {}, predicates: {} };
  for (const folder of [path.join(projectFolder(), 'rules'), ...folders]) {
    for (const file of await ruleFiles(folder)) {
      const text = await readFile(file, 'utf8');
      if (path.basename(file) === vocabularyFile) {
        vocabulary = join(vocabulary, parseVocabulary(text, file), file);
      } else {
        const rule = parseRule(text, file);
        if (rules.has(rule.id)) throw new UserError(`${file}: there is a rule ${rule.id} already`);
        rules.set(rule.id, rule);
      }
    }
  }
  return { rules: [...rules.values()], vocabulary };
}

/** A rule book as the runner asks it, about one run. */
export function toRuleSet(book: RuleBook, context: RunContext): RuleSet {
  return { count: book.rules.length, evaluate: query => evaluateRules(book, query, context) };
}

/** What `rules list` shows. */
export async function listRules(folders: readonly string[]): Promise<readonly object[]> {
  const { rules } = await loadRules(folders);
  return rules.map(({ id, severity, title }) => ({ rule: id, severity, title }));
}

/** The hit and miss tests of one rule that did not end as expected. */
export interface TestedRule {
  readonly rule: string;
  readonly tests: number;
  readonly failures: readonly string[];
}

/** Runs the tests of the named rules, or of all, against a real store. */
export async function testRules(
  folders: readonly string[],
  ids: readonly string[],
): Promise<readonly TestedRule[]> {
  const { rules, vocabulary } = await loadRules(folders);
  const chosen = ids.length === 0 ? rules : ids.map(id => ruleNamed(rules, id));
  const results: TestedRule[] = [];
  for (const rule of chosen) {
    const tests = await testRule(rule, vocabulary, scratchBench);
    const failed = tests.filter(test => !test.passed);
    results.push({
      rule: rule.id,
      tests: tests.length,
      failures: failed.map(({ name, expected }) => `"${name}" should ${expected}`),
    });
  }
  return results;
}

/** What `rules explain` shows: the rule in words and the SQL it becomes. */
export async function explainRuleNamed(folders: readonly string[], id: string): Promise<string> {
  const { rules, vocabulary } = await loadRules(folders);
  const rule = ruleNamed(rules, id);
  const { prose, sql, parameters } = explainRule(rule, vocabulary);
  const bound = Object.entries(parameters).map(([name, value]) => `-- $${name} = ${jsonText(value)}`);
  return [`${rule.title} (${rule.severity})`, '', prose, '', sql, ...bound].join('\n');
}

/** A run that is never sealed, in a folder of its own. */
const scratchBench: TestBench = async tasks => {
  const folder = await mkdtemp(path.join(tmpdir(), 'buildhaus-rules-'));
  const writer = await createRunWriter({ folder, run: testRun });
  for (const { task, phase, events } of tasks) await writer.appendEvents(task, phase, events);
  return {
    query: writer.query,
    [Symbol.asyncDispose]: async () => {
      await writer[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

async function ruleFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UserError(`--rules ${folder}: cannot read that folder`, { kind: 'usage', cause });
  });
  const files = entries.filter(name => name.endsWith('.yaml')).sort();
  return files.map(name => path.join(folder, name));
}

function join(known: Vocabulary, more: Vocabulary, file: string): Vocabulary {
  const names = new Set([...Object.keys(known.lists), ...Object.keys(known.predicates)]);
  const twice = [...Object.keys(more.lists), ...Object.keys(more.predicates)].find(name => names.has(name));
  if (twice !== undefined) throw new UserError(`${file}: the vocabulary has "${twice}" already`);
  return {
    lists: { ...known.lists, ...more.lists },
    predicates: { ...known.predicates, ...more.predicates },
  };
}

function ruleNamed(rules: readonly Rule[], id: string): Rule {
  const rule = rules.find(candidate => candidate.id === id);
  if (rule !== undefined) return rule;
  throw new UserError(`there is no rule ${id}`, { kind: 'usage', help: 'buildhaus rules list shows them' });
}
