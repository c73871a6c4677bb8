import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { live } from './live.ts';

test('the rules are asked after every task, and the last answer counts', async () => {
  const answers: Finding[][] = [];
  const evaluate = async () => {
    const title = `answer ${answers.length + 1}`;
    const finding = { rule: 'r', severity: 'low', title, task: 'fetch', phase: 'fetch' } as const;
    answers.push([{ ...finding, matches: 1, evidence: [] }]);
    return { findings: answers.at(-1) ?? [], unanswered: [] };
  };
  const { run } = await live({}, { rules: { count: 1, evaluate } });
  expect(answers).toHaveLength(9);
  expect(run.findings.map(finding => finding.title)).toEqual(['answer 9']);
});

describe('a rule that could not be asked', () => {
  const broken = { rule: 'demo', reason: 'Out of Memory Error\nPossible solutions:' };

  test('leaves the run sealed, with what the others found, and not clean', async () => {
    const evaluate = async () => ({ findings: [], unanswered: [broken] });
    const { run, writer } = await live({}, { rules: { count: 2, evaluate } });
    expect(writer.sealed).toBe(run);
    expect(run.counts.rules).toBe(1);
    expect(run.verdict).toMatchObject({ behaviour: 'note', integrity: 'incomplete' });
    expect(run.verdict.reasons).toContain('rule demo could not be asked: Out of Memory Error');
  });

  test('after one task and was after the last is no flaw', async () => {
    let asked = 0;
    const evaluate = async () => {
      asked += 1;
      return { findings: [], unanswered: asked === 1 ? [broken] : [] };
    };
    const { run } = await live({}, { rules: { count: 2, evaluate } });
    expect(run.verdict.integrity).toBe('complete');
  });
});
