/**
 * Text that came from a package, safe to print on a terminal: what would act on the terminal or on the log of a CI
 * server, reorder the line or not be seen is written as an escape. The one function all text for people passes
 * through (CWE-150).
 *
 * Injective, since a backslash is doubled: two different texts never look the same for the escapes' sake.
 */
export function visible(text: string): string {
  return text.replace(hidden, spell);
}

/**
 * Control characters (C0, DEL, C1), format characters (bidi, zero-width, tags), lone surrogates, private and
 * unassigned characters, line separators, characters that draw nothing, and every space but U+0020: the inside of a
 * class of a regular expression with the flag `u`.
 */
export const hiddenCharacters = String.raw`\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800`;

/**
 * The bracket of `##[error]`, `##vso[task.setvariable]`, `##teamcity[message]`: a CI server obeys such a command
 * wherever in a line it stands (GitHub's runner, ActionCommand.TryParse). The character comes first and what stands
 * before it after: the other way round V8 looks back from every character, which for a megabyte of spaces took minutes.
 */
export const logCommandBracket = String.raw`\[(?<=##\w{0,16}\[)`;

/** The first colon of `::error::text`, which GitHub obeys at the start of a line. An IPv6 address is none. */
const lineCommandColon = ':(?<=^ *:)(?=:[^:]+::)';

const hidden = new RegExp(
  String.raw`(?! )[${hiddenCharacters}\\]|${logCommandBracket}|${lineCommandColon}`,
  'gu',
);

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function spell(character: string): string {
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}
