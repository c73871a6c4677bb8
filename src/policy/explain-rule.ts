import { compileRule } from './compile-rule.ts';
import type { Comparison, Condition, Matcher, Scalar } from './matcher.ts';
import type { Rule, RuleStep, Vocabulary } from './schema.ts';
import { speaksOf } from './speaks-of.ts';

/** What a rule asks, for a person: in sentences, and as the SQL that is run. */
export interface RuleExplanation {
  readonly prose: string;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, Scalar>>;
}

/** Explains a rule in the words of the vocabulary it uses. */
export function explainRule(rule: Rule, vocabulary: Vocabulary): RuleExplanation {
  const { sql, parameters } = compileRule(rule, vocabulary);
  const lines = [phaseLine(rule), ...questionLines(rule, vocabulary), ...vocabularyLines(rule, vocabulary)];
  return { prose: lines.join('\n'), sql, parameters };
}

function phaseLine(rule: Rule): string {
  const only = rule.phases === undefined ? 'every phase' : rule.phases.join(', ');
  const never = rule['not-phases'] === undefined ? '' : ` except ${rule['not-phases'].join(', ')}`;
  return `Looks at ${only}${never}.`;
}

function questionLines(rule: Rule, vocabulary: Vocabulary): readonly string[] {
  if (rule.sql !== undefined) return ['Counts the events that its SQL gives.'];
  if (rule.sequence !== undefined)
    return rule.sequence.map((step, index) => stepLine(step, index, vocabulary));
  return [`Counts each event ${whichOf(rule.match ?? [], rule.except, vocabulary)}.`];
}

function stepLine(step: RuleStep, index: number, vocabulary: Vocabulary): string {
  const tie = step.by === undefined ? '' : `, later in the same task and in the ${step.by}`;
  const start = index === 0 ? 'First' : 'Then';
  const which = whichOf(step.match, step.except, vocabulary);
  return `${start} (${step.name}): an event ${which}${tie.replace('in the same file', 'of the same file')}.`;
}

function whichOf(
  matchers: readonly Matcher[],
  except: readonly Matcher[] | undefined,
  vocabulary: Vocabulary,
): string {
  const success = (matcher: Matcher) =>
    speaksOf(vocabulary, 'ok', matcher) ? '' : ', and that did not fail';
  const wanted = matchers.map(matcher => `${matcherText(matcher)}${success(matcher)}`).join('; or ');
  const unwanted =
    except === undefined ? '' : `; but not where ${except.map(matcherText).join('; nor where ')}`;
  return `where ${wanted}${unwanted}`;
}

function matcherText(matcher: Matcher): string {
  const conditions = matcher.conditions.filter(
    ({ column, values }) => column !== 'ok' || !values.includes('any'),
  );
  return [
    ...matcher.is.map(name => `it is ${name.replaceAll('_', ' ')}`),
    ...conditions.map(conditionText),
  ].join(' and ');
}

const verbs: Readonly<Record<Comparison, readonly [plain: string, negated: string]>> = {
  equals: ['is', 'is not'],
  glob: ['matches', 'does not match'],
  in: ['is one of', 'is none of'],
  holds: ['is a folder that holds', 'is no folder that holds'],
  contains: ['contains', 'does not contain'],
  startswith: ['starts with', 'does not start with'],
  endswith: ['ends with', 'does not end with'],
  re: ['matches the expression', 'does not match the expression'],
  exists: ['is known:', 'is not known:'],
};

function conditionText(condition: Condition): string {
  const [plain, negated] = verbs[condition.comparison];
  return `${condition.column} ${condition.negated ? negated : plain} ${condition.values.join(' or ')}`;
}

/** The lists a rule names, with what is in them. */
function vocabularyLines(rule: Rule, vocabulary: Vocabulary): readonly string[] {
  const matchers = [...(rule.match ?? []), ...(rule.except ?? []), ...(rule.sequence ?? []).flatMap(ofStep)];
  const conditions = matchers.flatMap(matcher => matcher.conditions);
  const names = conditions
    .filter(({ comparison }) => comparison === 'in' || comparison === 'holds')
    .flatMap(({ values }) => values.map(String));
  return [...new Set(names)].map(name => `${name}: ${(vocabulary.lists[name] ?? []).join(', ')}`);
}

function ofStep(step: RuleStep): readonly Matcher[] {
  return [...step.match, ...(step.except ?? [])];
}
