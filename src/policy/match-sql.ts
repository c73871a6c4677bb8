import { UserError } from '../base/user-error.ts';
import { type EventColumn, eventColumns } from '../model/event.ts';
import { foldersAbove, globsToRegex } from './glob.ts';
import type { Comparison, Condition, Matcher, MatcherColumn, Scalar } from './matcher.ts';
import type { Vocabulary } from './schema.ts';
import { speaksOf } from './speaks-of.ts';

/**
 * Writes matchers as SQL over `events AS e`, `p` (the program that did it) and `q` (its parent's). Values become
 * parameters; nothing that stands in a rule or a trace is ever spliced into SQL.
 */
export class MatchSql {
  readonly parameters: Record<string, Scalar> = {};
  /** Whether it compares with `~/`, and so needs `$home`. */
  needsHome = false;
  readonly #vocabulary: Vocabulary;
  readonly #phases: string;
  /** Which programs the matchers of one SELECT speak of. */
  readonly #programs = new Set<'p' | 'q'>();

  /** `phases` is SQL of ours: which events of `e` are looked at, whatever a matcher says. */
  constructor(vocabulary: Vocabulary, phases: string) {
    this.#vocabulary = vocabulary;
    this.#phases = phases;
  }

  /**
   * `columns` of the events that meet any of `matchers` and none of `except`. What failed does not count unless the
   * matcher speaks of `ok` itself; what is not known to have failed does. What the disk shows counts only where the
   * matcher, or a predicate that it names, speaks of `origin`: nearly all of it was traced as well.
   */
  select(columns: string, matchers: readonly Matcher[], except: readonly Matcher[] = []): string {
    this.#programs.clear();
    const wanted = matchers.map(matcher => {
      const sql = this.#matcher(matcher);
      const known = [
        ...(speaksOf(this.#vocabulary, 'ok', matcher) ? [] : ['e.ok IS NOT FALSE']),
        ...(speaksOf(this.#vocabulary, 'origin', matcher) ? [] : ["e.origin IS DISTINCT FROM 'disk'"]),
      ];
      return `(${[...known, sql].join(' AND ')})`;
    });
    const unwanted = except.map(matcher => ` AND NOT coalesce(${this.#matcher(matcher)}, false)`);
    const where = `${this.#phases} AND (${wanted.join(' OR ')})${unwanted.join('')}`;
    return `SELECT ${columns} FROM ${this.#from()} WHERE ${where}`;
  }

  /** Programs are joined only where a matcher asks. */
  #from(): string {
    const process = [programOf('p', 'e.proc')];
    const parent = [
      'LEFT JOIN processes made ON made.run = e.run AND made.proc = e.proc',
      programOf('q', 'made.parent'),
    ];
    return [
      'events e',
      ...(this.#programs.has('p') ? process : []),
      ...(this.#programs.has('q') ? parent : []),
    ].join(' ');
  }

  /** Binds a value and gives the name that stands for it. */
  bind(value: Scalar): string {
    const name = `p${Object.keys(this.parameters).length + 1}`;
    this.parameters[name] = value;
    return `$${name}`;
  }

  #matcher(matcher: Matcher, within: readonly string[] = []): string {
    const predicates = matcher.is.map(name => {
      if (within.includes(name)) throw circular(name);
      const meanings = lookUp(this.#vocabulary.predicates, name, 'predicate');
      return `(${meanings.map(meaning => this.#matcher(meaning, [...within, name])).join(' OR ')})`;
    });
    const conditions = matcher.conditions.map(condition => this.#condition(condition));
    const all = [...predicates, ...conditions];
    return all.length === 0 ? 'true' : `(${all.join(' AND ')})`;
  }

  #condition(condition: Condition): string {
    const { column } = condition;
    if ((column === 'ok' || column === 'origin') && condition.values.includes('any')) return 'true';
    const sql = isList(column) ? this.#onList(condition) : this.#onValue(condition);
    return condition.negated ? `NOT coalesce(${sql}, false)` : sql;
  }

  #onValue(condition: Condition): string {
    const { column, comparison, values } = condition;
    const value = this.#fromHome(asFolder(this.#column(column), comparison), condition);
    switch (comparison) {
      case 'equals':
        return `${value} IN (${values.map(one => this.bind(one)).join(', ')})`;
      case 'glob':
      case 'in':
      case 'holds':
        return `regexp_full_match(${value}, ${this.bind(globsToRegex(this.#globs(condition)))})`;
      case 'contains':
        return any(values, one => `contains(${value}, ${this.bind(String(one))})`);
      case 'startswith':
        return any(values, one => `starts_with(${value}, ${this.bind(String(one))})`);
      case 'endswith':
        return any(values, one => `suffix(${value}, ${this.bind(String(one))})`);
      case 're':
        return any(values, one => `regexp_matches(${value}, ${this.bind(`(?s)${one}`)})`);
      case 'exists':
        return `${value} IS ${values.includes(true) ? 'NOT ' : ''}NULL`;
    }
  }

  /** Lists are compared item by item, but for `re`, which sees the items joined by spaces. */
  #onList(condition: Condition): string {
    const { column, comparison, values } = condition;
    const list = this.#column(column);
    const some = (test: string) => `len(list_filter(${list}, lambda item: ${test})) > 0`;
    switch (comparison) {
      case 'equals':
      case 'contains':
        return any(values, one => `list_contains(${list}, ${this.bind(String(one))})`);
      case 'glob':
      case 'in':
      case 'holds': {
        const regex = this.bind(globsToRegex(this.#globs(condition)));
        return some(
          `regexp_full_match(${this.#fromHome(asFolder('item', comparison), condition)}, ${regex})`,
        );
      }
      case 'startswith':
        return any(values, one => some(`starts_with(item, ${this.bind(String(one))})`));
      case 'endswith':
        return any(values, one => some(`suffix(item, ${this.bind(String(one))})`));
      case 're':
        return any(
          values,
          one => `regexp_matches(array_to_string(${list}, ' '), ${this.bind(`(?s)${one}`)})`,
        );
      case 'exists':
        return `${list} IS ${values.includes(true) ? 'NOT ' : ''}NULL`;
    }
  }

  /** Where globs speak of a home, a path in one begins with `~/` as they do. */
  #fromHome(path: string, condition: Condition): string {
    if (!this.#globs(condition).some(glob => glob.startsWith('~/'))) return path;
    this.needsHome = true;
    return `regexp_replace(${path}, $home, '~/')`;
  }

  #column(column: MatcherColumn): string {
    const [owner, field] = column.split('.');
    if (column === 'program') return programsOf('e');
    if (field === undefined) return column === 'target' ? targetOf('e') : `e.${column}`;
    const table = owner === 'parent' ? 'q' : 'p';
    this.#programs.add(table);
    return `${table}.${field}`;
  }

  /** What a condition compares with: where it names lists, what is in them or the folders above that. */
  #globs({ comparison, values }: Condition): readonly string[] {
    if (comparison !== 'in' && comparison !== 'holds') return values.map(String);
    const globs = values.flatMap(name => lookUp(this.#vocabulary.lists, String(name), 'list'));
    return comparison === 'in' ? globs : foldersAbove(globs);
  }
}

/** What ran in a process when the event happened: a file is read by one program, and what reads it becomes another. */
function programOf(table: string, proc: string): string {
  return `ASOF LEFT JOIN (${programs}) AS ${table} ON ${table}.run = e.run AND ${table}.proc = ${proc} AND e.seq >= ${table}.seq`;
}

/**
 * Each program that a process executed, and the one that it was found with. A fork that has executed nothing yet has
 * none, as in `processes`: what a rule excepts by its program is excepted only where that is known.
 */
const programs = `SELECT run, proc, seq, path AS exe, argv FROM events
    WHERE kind = 'process.exec' AND ok IS NOT FALSE AND proc <> 0
  UNION ALL SELECT run, child, -1, arg_max(path, seq), arg_max(argv, seq) FROM events
    WHERE kind = 'process.found' AND child IS NOT NULL AND child <> proc GROUP BY run, child`;

/** The file that is there after an event: renames and links name it second. */
export function targetOf(table: string): string {
  return `CASE WHEN ${table}.kind IN ('file.rename', 'file.link') THEN ${table}.path2 ELSE ${table}.path END`;
}

/** Both names of a program that an event starts. */
function programsOf(table: string): string {
  return `CASE WHEN ${table}.kind = 'process.exec' THEN [${table}.path, ${table}.path2] END`;
}

/** Folders are compared with a `/` behind them. */
function asFolder(sql: string, comparison: Comparison): string {
  return comparison === 'holds' ? `(${sql} || '/')` : sql;
}

function any(values: readonly Scalar[], test: (value: Scalar) => string): string {
  return `(${values.map(test).join(' OR ')})`;
}

function isList(column: MatcherColumn): boolean {
  return (
    column === 'program' ||
    column.endsWith('.argv') ||
    (isOwn(column) && eventColumns[column] === 'VARCHAR[]')
  );
}

function isOwn(column: MatcherColumn): column is EventColumn {
  return Object.hasOwn(eventColumns, column);
}

function circular(name: string): UserError {
  return new UserError(`the predicate "${name}" of the vocabulary is made of itself`, { kind: 'usage' });
}

function lookUp<T>(words: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = Object.hasOwn(words, name) ? words[name] : undefined;
  if (found !== undefined) return found;
  throw new UserError(`the vocabulary has no ${what} "${name}"`, {
    kind: 'usage',
    help: `it has: ${Object.keys(words).join(', ')}`,
  });
}
