/** A piece of SQL that `sql` made: no text of a package or a user is ever taken for it. */
export class Sql {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template; a text has to say as what: `quotedText` or `quotedName`. */
type SqlPart = Sql | number | readonly Sql[];

/**
 * The one way to SQL that is not a literal: what stands in the template is ours, and nothing else gets into it
 * unquoted. Values belong into parameters; this is for names, and for the few places that take no parameter.
 */
export function sql(parts: TemplateStringsArray, ...values: readonly SqlPart[]): Sql {
  return new Sql(String.raw({ raw: parts.map(part => part) }, ...values.map(spell)));
}

/** A name of a table or a column. */
export function quotedName(name: string): Sql {
  return new Sql(`"${refuseNul(name).replaceAll('"', '""')}"`);
}

/** A text, for paths of our own files in views and settings. */
export function quotedText(text: string): Sql {
  return new Sql(`'${refuseNul(text).replaceAll("'", "''")}'`);
}

/** A list of texts. */
export function quotedTexts(texts: readonly string[]): Sql {
  return sql`[${texts.map(quotedText)}]`;
}

/** One of our own words, such as a type. */
export function word(text: string): Sql {
  if (!/^[A-Za-z][A-Za-z0-9_]*(?:\[\])?$/.test(text)) throw new Error(`not a word of SQL: ${text}`);
  return new Sql(text);
}

function spell(part: SqlPart): string {
  if (part instanceof Sql) return part.text;
  return typeof part === 'number' ? String(part) : part.map(({ text }) => text).join(', ');
}

/** The engine takes SQL as a C string: what stands behind a NUL would not be seen. */
function refuseNul(text: string): string {
  if (text.includes('\0')) throw new Error('a NUL cannot stand in SQL');
  return text;
}
