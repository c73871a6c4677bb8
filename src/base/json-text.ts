import { hiddenCharacters, logCommandBracket } from './visible.ts';

/**
 * A value as JSON that is safe wherever it ends up: on a terminal, in the log of a CI server, in a `<script>` of a page.
 * What parses it gets the same value, down to lone surrogates. With `indent`, over several lines.
 */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(unsafe, escapeUnits);
}

/** JSON's own line breaks and spaces stay; all that matches stands inside of strings, where an escape may stand for it. */
const unsafe = new RegExp(String.raw`(?![ \n])[${hiddenCharacters}<]|${logCommandBracket}`, 'gu');

/** A character beyond the first plane is two units, each with an escape of its own. */
function escapeUnits(character: string): string {
  const first = escapeUnit(character.charCodeAt(0));
  return character.length === 1 ? first : `${first}${escapeUnit(character.charCodeAt(1))}`;
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
