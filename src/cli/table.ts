import { jsonText } from '../base/json-text.ts';
import { shown } from '../report/encode/shown.ts';

/** Longest text of a cell: every row is as wide as the widest, and a package may write a megabyte where it likes. */
export const maxCellLength = 400;

/** Rows as aligned columns under their names; every cell is escaped, and cut with a word about the rest. */
export function formatTable(rows: readonly object[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const lines = [names.map(cell), ...rows.map(row => Object.values(row).map(cell))];
  const widths = names.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)));
  const text = lines.map(line =>
    line
      .map((part, column) => part.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${text.join('\n')}\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return shown(typeof value === 'object' ? jsonText(value) : String(value), maxCellLength);
}
