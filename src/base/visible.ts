/**
 * Text that came from a package, safe to print on a terminal: what would act on the terminal, reorder the line or
 * not be seen is written as an escape. The one function all text for people passes through (CWE-150).
 *
 * Injective, since a backslash is doubled: two different texts never look the same for the escapes' sake.
 */
export function visible(text: string): string {
  return text.replace(hidden, spell);
}

/**
 * Control characters (C0, DEL, C1), format characters (bidi, zero-width, tags), lone surrogates, private and
 * unassigned characters, line separators, characters that draw nothing, every space but U+0020, and the backslash.
 */
const hidden = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\\]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function spell(character: string): string {
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}
