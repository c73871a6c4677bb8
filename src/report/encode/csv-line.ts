import { jsonText } from '../../base/json-text.ts';
import { shown } from './shown.ts';

/** Longest text of a cell: Excel and LibreOffice hold 32 767 characters in one. */
export const maxCellLength = 16_000;

/**
 * One row of RFC 4180 for people with a spreadsheet: text is visible, on one line, and never a formula. JSON is the form
 * that keeps each character.
 */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/** A quote before what a spreadsheet would take for a formula (CWE-1236); also for its full-width twins. */
const formula = /^[\s'"]*[=+\-@＝＋－＠]/u;
/** `-1` is a number wherever it stands. */
const plainNumber = /^[+-]?\d+(?:\.\d+)?$/;

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = shown(typeof value === 'object' ? jsonText(value) : String(value), maxCellLength);
  const safe = formula.test(text) && !plainNumber.test(text) ? `'${text}` : text;
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
