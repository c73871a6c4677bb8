import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jsonText } from '../base/json-text.ts';
import { UserError } from '../base/user-error.ts';
import { askRule, type RunContext } from '../policy/ask-rule.ts';
import { evaluateRules, type RuleBook } from '../policy/evaluate-rules.ts';
import { explainRule } from '../policy/explain-rule.ts';
import { parseRule, parseVocabulary } from '../policy/parse-rule.ts';
import type { Rule, Vocabulary } from '../policy/schema.ts';
import { type TestBench, testRule, testRun } from '../policy/test-rule.ts';
import type { RuleSet } from '../runner/run-package.ts';
import { shippedPath } from '../sandbox/host/shipped-path.ts';
import { createRunWriter } from '../store/run-writer.ts';

const vocabularyFile = /^vocabulary\.ya?ml$/;

/**
 * Reads our rules and those of the given folders. Two rules of one id, two lists of one name, and a rule of the user's
 * that cannot be asked are refused; ours are asked in the tests.
 */
export async function loadRules(folders: readonly string[]): Promise<RuleBook> {
  const { placed, vocabulary } = await readRules(folders);
  const theirs = placed.filter(({ file }) => !file.startsWith(ourFolder() + path.sep));
  if (theirs.length > 0) await refuseWrongRules(theirs, vocabulary);
  return { rules: placed.map(({ rule }) => rule), vocabulary };
}

/** A rule book as the runner asks it, about one run. */
export function toRuleSet(book: RuleBook, context: RunContext): RuleSet {
  return { count: book.rules.length, evaluate: query => evaluateRules(book, query, context) };
}

/** What `rules list` shows. */
export async function listRules(folders: readonly string[]): Promise<readonly object[]> {
  const { placed } = await readRules(folders);
  return placed.map(({ rule: { id, severity, title } }) => ({ rule: id, severity, title }));
}

/** The hit and miss tests of one rule that did not end as expected. */
export interface TestedRule {
  readonly rule: string;
  readonly tests: number;
  readonly failures: readonly string[];
}

/** Runs the tests of the rules that are named by id or file, or of all, against a real store. */
export async function testRules(
  folders: readonly string[],
  names: readonly string[],
): Promise<readonly TestedRule[]> {
  const { placed, vocabulary } = await readRules(folders, names.filter(isFile));
  const chosen = names.length === 0 ? placed : names.map(name => ruleNamed(placed, name));
  const results: TestedRule[] = [];
  for (const { rule } of chosen) {
    const tests = await testRule(rule, vocabulary, scratchBench);
    const failed = tests.filter(test => !test.passed);
    results.push({
      rule: rule.id,
      tests: tests.length,
      failures: failed.map(({ name, expected, reason }) =>
        reason === undefined ? `"${name}" should ${expected}` : `"${name}" cannot be asked: ${reason}`,
      ),
    });
  }
  return results;
}

/** What `rules explain` shows, line by line: the rule in words and the SQL it becomes. */
export async function explainRuleNamed(folders: readonly string[], name: string): Promise<readonly string[]> {
  const { placed, vocabulary } = await readRules(folders, [name].filter(isFile));
  const { rule } = ruleNamed(placed, name);
  const { prose, sql, parameters } = explainRule(rule, vocabulary);
  const bound = Object.entries(parameters).map(([name, value]) => `-- $${name} = ${jsonText(value)}`);
  return [`${rule.title} (${rule.severity})`, '', ...prose.split('\n'), '', ...sql.split('\n'), ...bound];
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

/** A rule, and the file it stands in. */
interface PlacedRule {
  readonly file: string;
  readonly rule: Rule;
}

/** Reads the rules of our folder and of those given, and of files that lie in none of them. */
async function readRules(
  folders: readonly string[],
  files: readonly string[] = [],
): Promise<{ readonly placed: readonly PlacedRule[]; readonly vocabulary: Vocabulary }> {
  const listed = (await Promise.all([ourFolder(), ...folders].map(ruleFiles))).flat();
  const others = files.filter(file => !listed.some(known => isSame(known, file)));
  const placed = new Map<string, PlacedRule>();
  let vocabulary: Vocabulary = { lists: {}, predicates: {} };
  for (const file of [...listed, ...others]) {
    const text = await readRuleFile(file);
    if (vocabularyFile.test(path.basename(file))) {
      vocabulary = join(vocabulary, parseVocabulary(text, file), file);
    } else {
      const rule = parseRule(text, file);
      if (placed.has(rule.id)) throw new UserError(`${file}: there is a rule ${rule.id} already`);
      placed.set(rule.id, { file, rule });
    }
  }
  return { placed: [...placed.values()], vocabulary };
}

/** Asks every rule once of a run without events: SQL and expressions are bound, and fail, before a row is looked at. */
async function refuseWrongRules(placed: readonly PlacedRule[], vocabulary: Vocabulary): Promise<void> {
  await using held = await scratchBench([]);
  for (const { file, rule } of placed) {
    const answer = await askRule(rule, vocabulary, held.query, { run: testRun });
    if (answer.status === 'answered') continue;
    const { message, help } = answer.error;
    const [reason = ''] = message.split('\n');
    throw new UserError(`${file}: rule ${rule.id} cannot be asked: ${reason}`, {
      kind: 'usage',
      help: [help, 'how to write a rule: docs/rules.md'].filter(line => line !== undefined).join('\n'),
      cause: answer.error,
    });
  }
}

function ourFolder(): string {
  return shippedPath('rules');
}

async function ruleFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new UserError(`--rules ${folder}: cannot read that folder`, { kind: 'usage', cause });
  });
  const files = entries.filter(name => /\.ya?ml$/.test(name)).sort();
  if (files.length === 0) {
    const help = 'a rule is a file of its own that ends in .yaml or .yml: docs/rules.md';
    throw new UserError(`--rules ${folder}: there is no rule in it`, { kind: 'usage', help });
  }
  return files.map(name => path.join(folder, name));
}

async function readRuleFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    const help = 'give the YAML file of a rule, or its id: buildhaus rules list shows them';
    throw new UserError(`${file}: cannot read that file`, { kind: 'usage', help, cause });
  });
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

/** What is no id can only be a file. */
function isFile(name: string): boolean {
  return !/^[a-z][a-z0-9-]*$/.test(name);
}

function isSame(one: string, other: string): boolean {
  return path.resolve(one) === path.resolve(other);
}

function ruleNamed(placed: readonly PlacedRule[], name: string): PlacedRule {
  const found = isFile(name)
    ? placed.find(({ file }) => isSame(file, name))
    : placed.find(({ rule }) => rule.id === name);
  if (found !== undefined) return found;
  throw new UserError(`there is no rule ${name}`, { kind: 'usage', help: 'buildhaus rules list shows them' });
}
