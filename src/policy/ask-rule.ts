import { UserError } from '../base/user-error.ts';
import type { Query, Row } from '../model/ports.ts';
import { type CompiledRule, compileRule, phaseSql } from './compile-rule.ts';
import { escapeRegex } from './glob.ts';
import type { Rule, Vocabulary } from './schema.ts';

/** Most events shown as evidence of one finding; all are counted. */
export const maxEvidence = 20;

/** Which run is asked, and the home that `~/` means in it, where that is known. */
export interface RunContext {
  readonly run: string;
  readonly home?: string;
}

/** Rows of the events that a rule rests on, or why it could not be asked, with the fix. */
export type RuleAnswer =
  | { readonly status: 'answered'; readonly rows: readonly Row[] }
  | { readonly status: 'unanswered'; readonly error: UserError };

/**
 * Asks one rule of one run. A word that the vocabulary lacks, SQL or an expression that is wrong, a value that cannot
 * be converted, more memory or time than there is: the rule is unanswered. Throws when the store failed.
 */
export async function askRule(
  rule: Rule,
  vocabulary: Vocabulary,
  query: Query,
  context: RunContext,
): Promise<RuleAnswer> {
  try {
    const compiled = compileRule(rule, vocabulary);
    return { status: 'answered', rows: await queryRule(rule, compiled, query, context) };
  } catch (error) {
    if (error instanceof UserError && isOfTheQuestion(error)) return { status: 'unanswered', error };
    throw error;
  }
}

/** `~/` means the home of anyone: a key read from root's home is one too. */
export function homeRegex(home: string | undefined): string {
  const folders = ['/root', '/var/root', '/home/[^/]+', '/Users/[^/]+'];
  const own =
    home === undefined || home === '' || home === '/' ? [] : [escapeRegex(home.replace(/\/+$/, ''))];
  return `^(?:${[...own, ...folders].join('|')})/`;
}

async function queryRule(
  rule: Rule,
  compiled: CompiledRule,
  query: Query,
  context: RunContext,
): Promise<readonly Row[]> {
  const { sql, parameters, needsHome } = compiled;
  const home = needsHome ? { home: homeRegex(context.home) } : {};
  return query(evidenceSql(rule, sql), { ...parameters, ...home, run: context.run });
}

/** What is wrong with the store itself (a full disk) is of another kind, and no rule's fault. */
function isOfTheQuestion({ kind }: UserError): boolean {
  return kind === 'usage' || kind === 'input';
}

/** The events that take part, first ones of each task, with how many there are in all. */
function evidenceSql(rule: Rule, sql: string): string {
  return `WITH matched AS (SELECT run, seq, bool_or(final) AS final FROM (${sql}) WHERE run = $run GROUP BY run, seq)
    SELECT e.*, count(*) FILTER (matched.final) OVER (PARTITION BY e.task) AS matches
    FROM events e JOIN matched USING (run, seq)
    WHERE ${phaseSql(rule)}
    QUALIFY row_number() OVER (PARTITION BY e.task ORDER BY e.seq) <= ${maxEvidence}
    ORDER BY e.seq`;
}
