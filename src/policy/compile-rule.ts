import { MatchSql, targetOf } from './match-sql.ts';
import type { Scalar } from './matcher.ts';
import type { Rule, RuleStep, Vocabulary } from './schema.ts';

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
  const match = new MatchSql(vocabulary);
  const sql = toSql(rule, match);
  return { sql, parameters: match.parameters, needsHome: match.needsHome || /\$home\b/.test(rule.sql ?? '') };
}

function toSql(rule: Rule, match: MatchSql): string {
  // The bracket stands on a line of its own: a comment at the end of the rule's SQL must not swallow it.
  if (rule.sql !== undefined)
    return `SELECT run, seq, true AS final FROM (${rule.sql.replace(/;\s*$/, '')}\n)`;
  if (rule.sequence !== undefined) return sequenceSql(rule.sequence, match);
  const where = match.select(rule.match ?? [], rule.except);
  return `SELECT e.run, e.seq, true AS final FROM ${from(match)} WHERE ${where}`;
}

/** Who did it and its parent are joined only where a matcher asks. */
function from(match: MatchSql): string {
  const process = 'LEFT JOIN processes p ON p.run = e.run AND p.proc = e.proc';
  const parent = 'LEFT JOIN processes q ON q.run = p.run AND q.proc = p.parent';
  return ['events e', match.joins.has('p') ? process : '', match.joins.has('q') ? parent : '']
    .filter(part => part !== '')
    .join(' ');
}

/**
 * Each step is a table of its events; a chain ties them by order, task, and what the step says. Of several chains
 * that end in one event the one that began last counts.
 */
function sequenceSql(steps: readonly RuleStep[], match: MatchSql): string {
  const tables = steps.map((step, index) => `step_${index + 1} AS (${stepSql(step, match)})`);
  const ties = steps.slice(1).map((step, index) => tieSql(step, index + 2));
  const seqs = steps.map((_, index) => `step_${index + 1}.seq AS seq_${index + 1}`).join(', ');
  const last = `step_${steps.length}.seq`;
  const chains = `chains AS (SELECT DISTINCT ON (step_1.run, ${last}) step_1.run, ${seqs} FROM step_1 ${ties.join(' ')} ORDER BY step_1.run, ${last}, step_1.seq DESC)`;
  const parts = steps.map(
    (_, index) => `SELECT run, seq_${index + 1} AS seq, ${index + 1 === steps.length} AS final FROM chains`,
  );
  const kin = steps.some(step => step.by === 'same process tree') ? [`kin AS (${kinSql})`] : [];
  return `WITH RECURSIVE ${[...kin, ...tables, chains].join(', ')} ${parts.join(' UNION ALL ')}`;
}

function stepSql(step: RuleStep, match: MatchSql): string {
  const where = match.select(step.match, step.except);
  return `SELECT e.run, e.task, e.seq, e.proc, ${filesOf} AS files FROM ${from(match)} WHERE ${where}`;
}

function tieSql(step: RuleStep, position: number): string {
  const [now, before] = [`step_${position}`, `step_${position - 1}`];
  const later = `${now}.run = ${before}.run AND ${now}.task = ${before}.task AND ${now}.seq > ${before}.seq`;
  switch (step.by) {
    case 'same file':
      return `JOIN (SELECT * EXCLUDE (files), unnest(files) AS file FROM ${now}) AS ${now} ON ${later} AND ${isOneOf(`${now}.file`, `${before}.files`)}`;
    case 'same process tree':
      return `JOIN ${now} ON ${later} JOIN kin AS kin_${position} ON kin_${position}.run = ${now}.run AND kin_${position}.proc = ${now}.proc AND kin_${position}.ancestor = ${before}.proc`;
    default:
      return `JOIN ${now} ON ${later} AND ${now}.proc = ${before}.proc`;
  }
}

/**
 * A script that an interpreter is given by a relative path is the changed file that ends so: in which folder the
 * interpreter stood is not in the event.
 */
function isOneOf(file: string, files: string): string {
  const relative = `'/' || regexp_replace(${file}, '^([.]{1,2}/)+', '')`;
  const endsSo = `len(list_filter(${files}, lambda one: suffix(one, ${relative}))) > 0`;
  return `(list_contains(${files}, ${file}) OR (NOT starts_with(${file}, '/') AND ${endsSo}))`;
}

/** Programs that run a file they are given; the loader too, and whatever runs already. */
const interpreters = String.raw`(?:^|/)(?:(?:ba|da|z|k|a|c|tc|mk|fi)?sh|python[\d.]*|pypy[\d.]*|perl|ruby|node|bun|deno|php|lua[\d.]*|tclsh[\d.]*|ld(?:-[^/]*)?\.so[\d.]*|proc/self/exe)$`;
const windowsInterpreters = String.raw`(?i)\\(?:cmd|powershell|pwsh|[wc]script|mshta|rundll32|regsvr32|msbuild|pyw?|pythonw?[\d.]*|node|perl|ruby|php)\.exe$`;
const isOfWindows = (text: string) => String.raw`regexp_matches(${text}, '^(?:[A-Za-z]:|\\)')`;

/**
 * The files an event is about: what it changed, or what a started program is, by its name and where links lead from
 * there, and, for an interpreter, runs: the first word that is no option; on Windows, where options look like anything,
 * every whole path. There a name is the same in either case, and rundll32 is told the function behind a comma.
 */
const filesOf = `list_transform(list_concat(CASE WHEN e.kind <> 'process.exec' THEN [${targetOf('e')}]
  WHEN regexp_matches(e.path, '${interpreters}')
    THEN [e.path, list_filter(e.argv[2:], lambda word: NOT starts_with(word, '-'))[1]]
  WHEN regexp_matches(e.path, '${windowsInterpreters}')
    THEN list_prepend(e.path, list_filter(e.argv[2:], lambda word: ${isOfWindows('word')}))
  ELSE [e.path] END,
  CASE WHEN e.kind = 'process.exec' AND e.path2 IS NOT NULL THEN [e.path2] ELSE [] END),
  lambda file: CASE WHEN ${isOfWindows('file')} THEN lower(split_part(file, ',', 1)) ELSE file END)`;

/** Deepest line of ancestors that is followed; a fork bomb has longer ones. */
const maxKinDepth = 64;

/** Every process with itself and all its ancestors. */
const kinSql = `SELECT run, proc, proc AS ancestor, 0 AS depth FROM processes
  UNION SELECT kin.run, kin.proc, processes.parent, depth + 1 FROM kin
    JOIN processes ON processes.run = kin.run AND processes.proc = kin.ancestor
    WHERE processes.parent IS NOT NULL AND depth < ${maxKinDepth}`;
