import type { Phase } from '../model/task.ts';
import { MatchSql } from './match-sql.ts';
import type { Scalar } from './matcher.ts';
import type { Rule, Vocabulary } from './schema.ts';
import { sequenceSql } from './sequence-sql.ts';

/**
 * A rule as one SELECT over the views: rows of `run`, `seq` and `final`, one per event that takes part. `final` is
 * the event that completes a match, and what is counted.
 */
export interface CompiledRule {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, Scalar>>;
  /** Whether it also takes `$home`, an RE2 expression of the folders that `~/` means. */
  readonly needsHome: boolean;
}

/** Compiles a rule; a word the vocabulary does not have is an error that names those it has. */
export function compileRule(rule: Rule, vocabulary: Vocabulary): CompiledRule {
  const match = new MatchSql(vocabulary, phaseSql(rule));
  const sql = toSql(rule, match);
  return { sql, parameters: match.parameters, needsHome: match.needsHome || /\$home\b/.test(rule.sql ?? '') };
}

/** Whether an event `e` is of a phase that the rule looks at. Names of phases are checked words of ours, so they may stand in SQL. */
export function phaseSql(rule: Rule): string {
  const list = (names: readonly Phase[]) => names.map(name => `'${name}'`).join(', ');
  const only = rule.phases === undefined ? 'true' : `e.phase IN (${list(rule.phases)})`;
  const never = rule['not-phases'];
  return never === undefined ? only : `${only} AND e.phase NOT IN (${list(never)})`;
}

function toSql(rule: Rule, match: MatchSql): string {
  // The bracket stands on a line of its own: a comment at the end of the rule's SQL must not swallow it.
  if (rule.sql !== undefined)
    return `SELECT run, seq, true AS final FROM (${rule.sql.replace(/;\s*$/, '')}\n)`;
  if (rule.sequence !== undefined) return sequenceSql(rule.sequence, match);
  return match.select('e.run, e.seq, true AS final', rule.match ?? [], rule.except);
}
