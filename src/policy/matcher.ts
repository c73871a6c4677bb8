import { type EventColumn, eventColumns } from '../model/event.ts';

/** How a column is compared; without one named, a value equals any of those given. */
export const comparisons = [
  'equals',
  'glob',
  'in',
  'holds',
  'contains',
  'startswith',
  'endswith',
  're',
  'exists',
] as const;
export type Comparison = (typeof comparisons)[number];

/** Columns that are no event's own: where it happened, and who did it. */
const derivedColumns = [
  'task',
  'phase',
  'program', // what a started program is called, and the place that the name leads to
  'target', // the file that is there afterwards: `path2` of a rename or link, else `path`
  'process.exe',
  'process.argv',
  'parent.exe',
  'parent.argv',
] as const;

export type MatcherColumn = EventColumn | (typeof derivedColumns)[number];
export type Scalar = string | number | boolean;

/** One comparison: the column must meet any of the values, or none of them when it is negated. */
export interface Condition {
  readonly column: MatcherColumn;
  readonly comparison: Comparison;
  readonly negated: boolean;
  readonly values: readonly Scalar[];
}

/** Events that meet all of its conditions, and any matcher of each predicate it names. */
export interface Matcher {
  readonly is: readonly string[];
  readonly conditions: readonly Condition[];
}

/** The columns a matcher can name, for its checks and for the fix in an error. */
export const matcherColumns: readonly string[] = [...Object.keys(eventColumns), ...derivedColumns];

/** A key of a matcher that says nothing we know, and what to write instead. */
export interface MatcherProblem {
  readonly key: string;
  readonly message: string;
}

/**
 * Reads a matcher as it stands in YAML: keys are `column`, `column|comparison` or `column|not|comparison`, `is`
 * names predicates of the vocabulary. A list of values means any of them.
 */
export function readMatcher(written: Readonly<Record<string, Scalar | readonly Scalar[]>>): {
  readonly matcher: Matcher;
  readonly problems: readonly MatcherProblem[];
} {
  const is: string[] = [];
  const conditions: Condition[] = [];
  const problems: MatcherProblem[] = [];
  for (const [key, value] of Object.entries(written)) {
    const values = typeof value === 'object' ? value : [value];
    if (key === 'is') is.push(...values.map(String));
    else {
      const condition = readCondition(key, values);
      if ('message' in condition) problems.push(condition);
      else conditions.push(condition);
    }
  }
  return { matcher: { is, conditions }, problems };
}

/** Whether a glob looks as if it had a class of characters, which it has not: `[0-9]` would be met by itself alone. */
export function hasClass(glob: Scalar): boolean {
  return String(glob).includes('[');
}

/** What is wrong with such a glob, and what to write instead. */
export const noClasses = 'globs have no classes as "[0-9]": write "?", "{a,b}" or an expression (re)';

function readCondition(key: string, values: readonly Scalar[]): Condition | MatcherProblem {
  const [column = '', ...modifiers] = key.split('|');
  const negated = modifiers[0] === 'not';
  const [name = 'equals', ...rest] = negated ? modifiers.slice(1) : modifiers;
  if (!isMatcherColumn(column)) return { key, message: `unknown field "${column}"${suggest(column)}` };
  const comparison = comparisons.find(known => known === name);
  if (comparison === undefined || rest.length > 0) {
    return { key, message: `"${key}" does not end in a comparison: one of ${comparisons.join(', ')}` };
  }
  if (comparison === 'glob' && values.some(hasClass)) return { key, message: noClasses };
  return { column, comparison, negated, values };
}

function isMatcherColumn(name: string): name is MatcherColumn {
  return matcherColumns.includes(name);
}

/** The known field that shares most letters, when it is near enough to be meant. */
function suggest(name: string): string {
  const letters = (text: string) => [...text].sort().join('');
  const near = matcherColumns.find(
    known => known.startsWith(name) || name.startsWith(known) || isOneEdit(letters(known), letters(name)),
  );
  return near === undefined
    ? `; buildhaus columns lists those of events; others are ${derivedColumns.join(', ')}`
    : `; did you mean "${near}"?`;
}

function isOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  const rests: readonly (readonly [number, number])[] = [
    [1, 1],
    [1, 0],
    [0, 1],
  ];
  return a === b || rests.some(([left, right]) => a.slice(index + left) === b.slice(index + right));
}
