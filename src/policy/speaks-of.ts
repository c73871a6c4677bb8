import type { Matcher, MatcherColumn } from './matcher.ts';
import type { Vocabulary } from './schema.ts';

/**
 * Whether a matcher, or a predicate that it names, asks for a column: what it then says of it stands in place of what is
 * asked where nothing is said. Asked of matchers that were written as SQL: their predicates are known and not circular.
 */
export function speaksOf(vocabulary: Vocabulary, name: MatcherColumn, { conditions, is }: Matcher): boolean {
  const meanings = is.flatMap(word => vocabulary.predicates[word] ?? []);
  return (
    conditions.some(({ column }) => column === name) ||
    meanings.some(meaning => speaksOf(vocabulary, name, meaning))
  );
}
