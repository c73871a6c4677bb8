import { type MatchSql, targetOf } from './match-sql.ts';
import type { RuleStep } from './schema.ts';

/**
 * A sequence as one SELECT. Each step is a table of its events, and a chain is tied step by step: every event to the
 * last one before it, of its task and as the step says, that a chain leads to. An event has one chain at most, however
 * many would do: a flood of events costs as much as there are, not as their pairs.
 */
export function sequenceSql(steps: readonly RuleStep[], match: MatchSql): string {
  const tables = steps.map(
    (step, index) => `step_${index + 1} AS (${match.select(stepColumns, step.match, step.except)})`,
  );
  const inTrees = tables.flatMap((_, index) => (steps[index]?.by === 'same process tree' ? [index + 1] : []));
  const kin = inTrees.length === 0 ? [] : [...kinSql(inTrees)];
  const chains = steps.flatMap((step, index) => (index === 0 ? [] : tieSql(step, index + 1)));
  const all = [...tables, ...kin, 'chain_1 AS (SELECT *, [seq] AS seqs FROM step_1)', ...chains];
  const last = `chain_${steps.length}`;
  return `WITH RECURSIVE ${all.join(', ')}
    SELECT run, unnest(seqs) AS seq, false AS final FROM ${last} UNION ALL SELECT run, seq, true FROM ${last}`;
}

/** The tables that tie the events of a step to the chains before it: by a `key` that both have. */
function tieSql(step: RuleStep, position: number): readonly string[] {
  const [now, before] = [`now_${position}`, `before_${position}`];
  return [
    ...keysSql(step, position),
    `chain_${position} AS (
      SELECT DISTINCT ON (${now}.run, ${now}.seq)
        ${now}.* EXCLUDE (key), list_append(${before}.seqs, ${now}.seq) AS seqs
      FROM ${now} ASOF JOIN ${before}
        ON ${now}.run = ${before}.run AND ${now}.task = ${before}.task AND ${now}.key = ${before}.key
          AND ${now}.seq > ${before}.seq
      ORDER BY ${now}.run, ${now}.seq, ${before}.seq DESC)`,
  ];
}

function keysSql(step: RuleStep, position: number): readonly string[] {
  const [events, chains] = [`step_${position}`, `chain_${position - 1}`];
  switch (step.by) {
    case 'same file':
      return filesSql(position);
    case 'same process tree':
      return [
        ...eldestSql(position),
        `now_${position} AS (
          SELECT ${events}.*, kin.ancestor AS key FROM ${events} JOIN kin USING (run, proc) UNION ALL
          SELECT ${events}.*, eldest_${position}.ancestor FROM ${events} JOIN eldest_${position} USING (run, proc))`,
        `before_${position} AS (SELECT *, proc AS key FROM ${chains})`,
      ];
    default:
      return [
        `now_${position} AS (SELECT *, proc AS key FROM ${events})`,
        `before_${position} AS (SELECT *, proc AS key FROM ${chains})`,
      ];
  }
}

/**
 * A script that an interpreter is given by a relative path is the changed file that ends so: in which folder the
 * interpreter stood is not in the event. So a changed file goes by its own name and by each such path that it ends in,
 * which is looked for among those with the same last segment.
 */
function filesSql(position: number): readonly string[] {
  const [now, files, relative] = [`now_${position}`, `files_${position}`, `relative_${position}`];
  const lastSegment = (path: string) => `split_part(${path}, '/', -1)`;
  return [
    `${now} AS (${eachFile(`step_${position}`)})`,
    `${files} AS (${eachFile(`chain_${position - 1}`)})`,
    `${relative} AS (SELECT DISTINCT run, task, key FROM ${now} WHERE NOT starts_with(key, '/'))`,
    `before_${position} AS (FROM ${files} UNION ALL
      SELECT ${files}.* REPLACE (${relative}.key AS key) FROM ${files} JOIN ${relative}
        ON ${files}.run = ${relative}.run AND ${files}.task = ${relative}.task
          AND ${lastSegment(`${files}.key`)} = ${lastSegment(`${relative}.key`)}
          AND suffix(${files}.key, '/' || ${relative}.key))`,
  ];
}

/** A row for each file of an event; `./x` and `../x` end as `x` does. */
function eachFile(table: string): string {
  return `SELECT * EXCLUDE (file), regexp_replace(file, '^([.]{1,2}/)+', '') AS key
    FROM (SELECT *, unnest(files) AS file FROM ${table})`;
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
  WHEN regexp_matches(e.path, '${interpreters}') OR regexp_matches(e.path2, '${interpreters}')
    THEN [e.path, list_filter(e.argv[2:], lambda word: NOT starts_with(word, '-'))[1]]
  WHEN regexp_matches(e.path, '${windowsInterpreters}')
    THEN list_prepend(e.path, list_filter(e.argv[2:], lambda word: ${isOfWindows('word')}))
  ELSE [e.path] END,
  CASE WHEN e.kind = 'process.exec' AND e.path2 IS NOT NULL THEN [e.path2] ELSE [] END),
  lambda file: CASE WHEN ${isOfWindows('file')} THEN lower(split_part(file, ',', 1)) ELSE file END)`;

const stepColumns = `e.run, e.task, e.seq, e.proc, ${filesOf} AS files`;

/** So many generations up, whoever acted last is found; beyond them, who acted first: no line of forks is too long. */
const nearKin = 8;
/** A line of two to this power: more than there are processes. */
const maxDoublings = 24;

/** Every process that an event of these steps is of, with itself and its near ancestors. */
function kinSql(positions: readonly number[]): readonly string[] {
  const asked = positions.map(position => `SELECT run, proc FROM step_${position}`);
  return [
    'forks AS MATERIALIZED (SELECT run, proc, parent FROM processes)',
    `kin AS (SELECT run, proc, proc AS ancestor, 0 AS depth FROM (${asked.join(' UNION ')})
      UNION ALL SELECT kin.run, kin.proc, forks.parent, depth + 1 FROM kin
        JOIN forks ON forks.run = kin.run AND forks.proc = kin.ancestor
        WHERE forks.parent IS NOT NULL AND depth < ${nearKin})`,
  ];
}

/**
 * For each process of a step's events, that one among itself and all its ancestors that the chains before come from
 * first. In each round a process learns what the one that it looks up to has learned, and looks up to where that looks:
 * twice as far each time, so that a line of a million takes twenty rounds.
 */
function eldestSql(position: number): readonly string[] {
  const [first, up] = [`first_${position}`, `up_${position}`];
  return [
    `${first} AS (SELECT run, proc, min(seq) AS seq FROM chain_${position - 1} GROUP BY run, proc)`,
    `${up} AS (
      SELECT forks.run, forks.proc, forks.parent AS above, ${first}.seq, 0 AS round
        FROM forks LEFT JOIN ${first} USING (run, proc)
      UNION ALL SELECT low.run, low.proc, high.above, least(low.seq, high.seq), low.round + 1
        FROM ${up} AS low LEFT JOIN ${up} AS high ON high.run = low.run AND high.proc = low.above
        WHERE low.round < ${maxDoublings} AND EXISTS (SELECT 1 FROM ${up} WHERE above IS NOT NULL))`,
    `eldest_${position} AS (
      SELECT known.run, known.proc, ${first}.proc AS ancestor
        FROM (SELECT run, proc, min(seq) AS seq FROM ${up} SEMI JOIN step_${position} USING (run, proc) GROUP BY run, proc) AS known
        JOIN ${first} ON ${first}.run = known.run AND ${first}.seq = known.seq)`,
  ];
}
