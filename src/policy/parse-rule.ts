import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf } from '../base/message-of.ts';
import { UserError } from '../base/user-error.ts';
import { type Rule, ruleSchema, type Vocabulary, vocabularySchema } from './schema.ts';

/** Reads the text of one rule; errors carry `file:line:column` and what to write instead. */
export function parseRule(text: string, file: string): Rule {
  return parse(text, file, ruleSchema);
}

/** Reads the text of a vocabulary. */
export function parseVocabulary(text: string, file: string): Vocabulary {
  return parse(text, file, vocabularySchema);
}

type Path = readonly PropertyKey[];
type Document = ReturnType<typeof parseDocument>;

function parse<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) throw refuse([`${place(file, lines, broken.pos[0])}: ${broken.message}`]);
  const parsed = schema.safeParse(toData(document, file));
  if (parsed.success) return parsed.data;
  throw refuse(
    parsed.error.issues.flatMap(flatten).map(({ path, message }) => {
      return `${place(file, lines, offsetOf(document, path))}: ${message}`;
    }),
  );
}

/** An alias bomb is refused by the library's own count. */
function toData(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 });
  } catch (error) {
    throw refuse([`${file}: ${messageOf(error)}`]);
  }
}

interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** A union fails with the problems of each of its forms; those of the form that got furthest tell the most. */
function flatten(issue: z.core.$ZodIssue): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ path: [...issue.path, key], message: `unknown field "${key}"` }));
  }
  if (issue.code !== 'invalid_union') return [{ path: issue.path, message: issue.message }];
  const forms = issue.errors.map(form => form.flatMap(flatten));
  const depth = (form: readonly Problem[]) => Math.max(0, ...form.map(problem => problem.path.length));
  const best = forms.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
  return best.map(problem => ({ ...problem, path: [...issue.path, ...problem.path] }));
}

/** Where the value stands, or the nearest thing around it that stands anywhere. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return 0;
}

function place(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file}:${line}:${col}`;
}

function refuse(problems: readonly string[]): UserError {
  return new UserError(problems.join('\n'), { kind: 'usage', help: 'how to write a rule: docs/rules.md' });
}
