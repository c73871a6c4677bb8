import { expect, test } from 'vitest';
import { explainRule } from '../../src/policy/explain-rule.ts';
import { parseRule, parseVocabulary } from '../../src/policy/parse-rule.ts';
import { ruleText } from '../helpers/rule-text.ts';

const vocabulary = parseVocabulary(
  `
lists: { keys: ["~/.ssh/id_*"] }
predicates:
  asked: [{ call: io_uring_setup, ok: any }]
  asked_somehow: [{ is: asked }]
  opened: [{ kind: file.open }]
`,
  'vocabulary.yaml',
);
const proseOf = (question: string) =>
  explainRule(parseRule(ruleText(question), 'demo.yaml'), vocabulary).prose.split('\n');

test.each([
  ['match: { is: asked }', 'it is asked'],
  ['match: { is: asked_somehow }', 'it is asked somehow'],
  ['match: { kind: file.open, ok: false }', 'kind is file.open and ok is false'],
  ['match: { is: opened }', 'it is opened, and that did not fail'],
])('what failed counts where a matcher or its predicates speak of it: %s', (question, sentence) => {
  expect(proseOf(question)).toContain(`Counts each event where ${sentence}.`);
});

test('each matcher says for itself whether what failed counts', () => {
  expect(proseOf('match: [{ signal: SIGSYS }, { kind: process.fork, ok: any }]')).toContain(
    'Counts each event where signal is SIGSYS, and that did not fail; or kind is process.fork.',
  );
});

test('so does each step of a sequence', () => {
  const question = `sequence:
  - { name: a, match: { is: asked } }
  - { name: b, match: { is: opened }, by: same file }`;
  expect(proseOf(question).slice(1)).toEqual([
    'First (a): an event where it is asked.',
    'Then (b): an event where it is opened, and that did not fail, later in the same task and of the same file.',
  ]);
});
