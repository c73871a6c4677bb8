import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { live } from './live.ts';
import { MemoryWriter } from './scripted-session.ts';

const finding: Finding = {
  rule: 'r',
  severity: 'low',
  title: 'An answer',
  task: 'fetch',
  phase: 'fetch',
  matches: 1,
  evidence: [],
};

test('the rules are asked once, of all that the tasks left', async () => {
  const asked: number[] = [];
  const writer = new MemoryWriter();
  const evaluate = async () => {
    asked.push(writer.events.length);
    return { findings: [finding], unanswered: [] };
  };
  const { run } = await live({}, { writer, rules: { count: 1, evaluate } });
  expect(asked).toEqual([writer.events.length]);
  expect(run.findings).toEqual([finding]);
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
});
