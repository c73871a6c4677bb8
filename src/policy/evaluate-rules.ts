import type { Evidence, Finding, RuleAnswers, UnansweredRule } from '../model/finding.ts';
import type { Query, Row } from '../model/ports.ts';
import { type Phase, phases } from '../model/task.ts';
import { askRule, type RunContext } from './ask-rule.ts';
import { type Processes, processChain, readProcesses } from './process-chain.ts';
import type { Rule, Vocabulary } from './schema.ts';
import { summarizeEvent } from './summarize-event.ts';

/** What is asked: rules with the words they use. */
export interface RuleBook {
  readonly rules: readonly Rule[];
  readonly vocabulary: Vocabulary;
}

/**
 * Asks every rule of one run. Gives one finding per rule and task, in the order of the rules, then of the tasks'
 * first evidence; a rule that cannot be asked is named and keeps no other from being asked.
 */
export async function evaluateRules(book: RuleBook, query: Query, context: RunContext): Promise<RuleAnswers> {
  const found: (readonly [Rule, readonly Row[]])[] = [];
  const unanswered: UnansweredRule[] = [];
  for (const rule of book.rules) {
    const answer = await askRule(rule, book.vocabulary, query, context);
    if (answer.status === 'unanswered') unanswered.push({ rule: rule.id, reason: answer.error.message });
    else if (answer.rows.length > 0) found.push([rule, answer.rows]);
  }
  if (found.length === 0) return { findings: [], unanswered };
  const processes = await readProcesses(query, context.run);
  return { findings: found.flatMap(([rule, rows]) => toFindings(rule, rows, processes)), unanswered };
}

function toFindings(rule: Rule, rows: readonly Row[], processes: Processes): readonly Finding[] {
  const tasks = new Set(rows.map(row => String(row['task'])));
  return [...tasks].map(task =>
    toFinding(
      rule,
      task,
      rows.filter(row => row['task'] === task),
      processes,
    ),
  );
}

function toFinding(rule: Rule, task: string, rows: readonly Row[], processes: Processes): Finding {
  const { id, severity, title } = rule;
  return {
    rule: id,
    severity,
    title,
    task,
    phase: phaseOf(rows[0]),
    matches: Number(rows[0]?.['matches'] ?? 0),
    evidence: rows.map(row => toEvidence(row, processes)),
  };
}

function phaseOf(row: Row | undefined): Phase {
  const phase = phases.find(known => known === row?.['phase']);
  if (phase === undefined) throw new Error(`an event of no known phase: ${String(row?.['phase'])}`);
  return phase;
}

function toEvidence(row: Row, processes: Processes): Evidence {
  return {
    seq: Number(row['seq']),
    at_ns: Number(row['at_ns']),
    kind: String(row['kind']),
    call: typeof row['call'] === 'string' ? row['call'] : null,
    summary: summarizeEvent(row),
    frame: typeof row['frame'] === 'string' ? row['frame'] : null,
    chain: processChain(processes, Number(row['proc'])),
  };
}
