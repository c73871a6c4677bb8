import { UserError } from '../base/user-error.ts';
import { type EventColumn, eventColumns } from '../model/event.ts';
import { foldersAbove, globsToRegex } from './glob.ts';
import type { Comparison, Condition, Matcher, MatcherColumn, Scalar } from './matcher.ts';
import type { Vocabulary } from './schema.ts';

/**
 * Writes matchers as SQL over `events AS e`, `processes AS p` (who did it) and `processes AS q` (its parent). Values
 * become parameters; nothing that stands in a rule or a trace is ever spliced into SQL.
 */
export class MatchSql {
  readonly parameters: Record<string, Scalar> = {};
  /** Which other tables the SQL so far speaks of. */
  readonly joins = new Set<'p' | 'q'>();
  /** Whether it compares with `~/`, and so needs `$home`. */
  needsHome = false;
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /**
   * Events that meet any of `matchers` and none of `except`. What failed does not count unless the matcher speaks
   * of `ok` itself; what is not known to have failed does. What the disk shows counts only where the matcher, or a
   * predicate that it names, speaks of `origin`: nearly all of it was traced as well.
   */
  select(matchers: readonly Matcher[], except: readonly Matcher[] = []): string {
    const wanted = matchers.map(matcher => {
      const sql = this.#matcher(matcher);
      const known = [
        ...(this.#speaksOf('ok', matcher) ? [] : ['e.ok IS NOT FALSE']),
        ...(this.#speaksOf('origin', matcher) ? [] : ["e.origin IS DISTINCT FROM 'disk'"]),
      ];
      return `(${[...known, sql].join(' AND ')})`;
    });
    const unwanted = except.map(matcher => ` AND NOT coalesce(${this.#matcher(matcher)}, false)`);
    return `(${wanted.join(' OR ')})${unwanted.join('')}`;
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

  /** Asked of matchers that were written as SQL: their predicates are known and not circular. */
  #speaksOf(name: MatcherColumn, { conditions, is }: Matcher): boolean {
    const meanings = is.flatMap(word => lookUp(this.#vocabulary.predicates, word, 'predicate'));
    return (
      conditions.some(({ column }) => column === name) || meanings.some(one => this.#speaksOf(name, one))
    );
  }

  #condition(condition: Condition): string {
    const { column } = condition;
    if ((column === 'ok' || column === 'origin') && condition.values.includes('any')) return 'true';
    const sql = isList(column) ? this.#onList(condition) : this.#onValue(condition);
    return condition.negated ? `NOT coalesce(${sql}, false)` : sql;
  }

  #onValue(condition: Condition): string {
    const { column, comparison, values } = condition;
    const value = this.#column(column, condition);
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
    const list = this.#column(column, condition);
    const some = (test: string) => `len(list_filter(${list}, lambda item: ${test})) > 0`;
    switch (comparison) {
      case 'equals':
      case 'contains':
        return any(values, one => `list_contains(${list}, ${this.bind(String(one))})`);
      case 'glob':
      case 'in':
      case 'holds': {
        const regex = this.bind(globsToRegex(this.#globs(condition)));
        return some(`regexp_full_match(${asFolder('item', comparison)}, ${regex})`);
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

  #column(column: MatcherColumn, condition: Condition): string {
    const plain = this.#plainColumn(column);
    const sql = isList(column) ? plain : asFolder(plain, condition.comparison);
    const texts = this.#globs(condition);
    if (isList(column) || !texts.some(text => text.startsWith('~/'))) return sql;
    this.needsHome = true;
    return `regexp_replace(${sql}, $home, '~/')`;
  }

  #plainColumn(column: MatcherColumn): string {
    const [owner, field] = column.split('.');
    if (field === undefined) return column === 'target' ? targetOf('e') : `e.${column}`;
    const table = owner === 'parent' ? 'q' : 'p';
    this.joins.add('p').add(table);
    return `${table}.${field}`;
  }

  /** What a condition compares with: where it names lists, what is in them or the folders above that. */
  #globs({ comparison, values }: Condition): readonly string[] {
    if (comparison !== 'in' && comparison !== 'holds') return values.map(String);
    const globs = values.flatMap(name => lookUp(this.#vocabulary.lists, String(name), 'list'));
    return comparison === 'in' ? globs : foldersAbove(globs);
  }
}

/** The file that is there after an event: renames and links name it second. */
export function targetOf(table: string): string {
  return `CASE WHEN ${table}.kind IN ('file.rename', 'file.link') THEN ${table}.path2 ELSE ${table}.path END`;
}

/** Folders are compared with a `/` behind them. */
function asFolder(sql: string, comparison: Comparison): string {
  return comparison === 'holds' ? `(${sql} || '/')` : sql;
}

function any(values: readonly Scalar[], test: (value: Scalar) => string): string {
  return `(${values.map(test).join(' OR ')})`;
}

function isList(column: MatcherColumn): boolean {
  return column.endsWith('.argv') || (isOwn(column) && eventColumns[column] === 'VARCHAR[]');
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
