import { expect } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { Finding, RuleAnswers } from '../../src/model/finding.ts';
import { evaluateRules } from '../../src/policy/evaluate-rules.ts';
import { parseRule, parseVocabulary } from '../../src/policy/parse-rule.ts';
import type { Rule } from '../../src/policy/schema.ts';
import { testRun } from '../../src/policy/test-rule.ts';
import type { Limits } from '../../src/store/time-limit.ts';
import { ruleText } from '../helpers/rule-text.ts';
import { benchWithin } from './bench.ts';

export const vocabulary = parseVocabulary(
  'lists: { keys: [~/.ssh/id_*] }\npredicates: {}',
  'vocabulary.yaml',
);

/** What every event has, and rules seldom ask. */
export const at = { at_ns: 0, pid: 1, tid: 1, ok: true, origin: 'kernel' } as const;

/** An event that opens `path` for reading. */
export function open(seq: number, path: string): Event {
  return { ...at, seq, proc: 1, kind: 'file.open', path, access: 'read' };
}

/** A rule that asks `question`, as it stands in YAML. */
export function rule(question: string): Rule {
  return parseRule(ruleText(question), 'demo.yaml');
}

/** Asks rules of one task's events, of a run whose home is `/srv/ada`. */
export async function askAll(
  questions: readonly string[],
  events: readonly Event[],
  limits?: Limits,
): Promise<RuleAnswers> {
  await using held = await benchWithin(limits)([{ task: 'install', phase: 'install', events }]);
  const rules = questions.map(rule);
  return await evaluateRules({ rules, vocabulary }, held.query, { run: testRun, home: '/srv/ada' });
}

/** The findings of one rule that can be asked. */
export async function ask(question: string, events: readonly Event[]): Promise<readonly Finding[]> {
  const { findings, unanswered } = await askAll([question], events);
  expect(unanswered).toEqual([]);
  return findings;
}
