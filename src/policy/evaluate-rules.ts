import { messageOf } from '../base/message-of.ts';
import { UserError } from '../base/user-error.ts';
import type { Evidence, Finding } from '../model/finding.ts';
import type { Query, Row } from '../model/ports.ts';
import { type Phase, phases } from '../model/task.ts';
import { compileRule } from './compile-rule.ts';
import { escapeRegex } from './glob.ts';
import { type Processes, processChain, readProcesses } from './process-chain.ts';
import type { Rule, Vocabulary } from './schema.ts';
import { summarizeEvent } from './summarize-event.ts';

/** Most events shown as evidence of one finding; all are counted. */
export const maxEvidence = 20;

/** What is asked: rules with the words they use. */
export interface RuleBook {
  readonly rules: readonly Rule[];
  readonly vocabulary: Vocabulary;
}

/** Which run is asked, and the home that `~/` means in it, where that is known. */
export interface RunContext {
  readonly run: string;
  readonly home?: string;
}

/**
 * Asks every rule of one run. Gives one finding per rule and task, in the order of the rules, then of the tasks'
 * first evidence. A rule whose SQL fails is an error that names it.
 */
export async function evaluateRules(
  book: RuleBook,
  query: Query,
  context: RunContext,
): Promise<readonly Finding[]> {
  const found: (readonly [Rule, readonly Row[]])[] = [];
  for (const rule of book.rules) found.push([rule, await matchesOf(rule, book.vocabulary, query, context)]);
  if (found.every(([, rows]) => rows.length === 0)) return [];
  const processes = await readProcesses(query, context.run);
  return found.flatMap(([rule, rows]) => toFindings(rule, rows, processes));
}

/** `~/` means the home of anyone: a key read from root's home is one too. */
export function homeRegex(home: string | undefined): string {
  const folders = ['/root', '/var/root', '/home/[^/]+', '/Users/[^/]+'];
  const own =
    home === undefined || home === '' || home === '/' ? [] : [escapeRegex(home.replace(/\/+$/, ''))];
  return `^(?:${[...own, ...folders].join('|')})/`;
}

async function matchesOf(
  rule: Rule,
  vocabulary: Vocabulary,
  query: Query,
  context: RunContext,
): Promise<readonly Row[]> {
  const { sql, parameters, needsHome } = compileRule(rule, vocabulary);
  const home = needsHome ? { home: homeRegex(context.home) } : {};
  try {
    return await query(evidenceSql(rule, sql), { ...parameters, ...home, run: context.run });
  } catch (cause) {
    const reason = messageOf(cause);
    throw new UserError(`rule ${rule.id} cannot be asked: ${reason}`, { kind: 'usage', cause });
  }
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

/** Names of phases are checked words of ours, so they may stand in SQL. */
function phaseSql(rule: Rule): string {
  const list = (names: readonly Phase[]) => names.map(name => `'${name}'`).join(', ');
  const only = rule.phases === undefined ? 'true' : `e.phase IN (${list(rule.phases)})`;
  const never = rule['not-phases'];
  return never === undefined ? only : `${only} AND e.phase NOT IN (${list(never)})`;
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
