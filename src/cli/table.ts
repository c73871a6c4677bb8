import { jsonText } from '../base/json-text.ts';
import { visible } from '../base/visible.ts';

/** Rows as aligned columns under their names; every cell is escaped. */
export function formatTable(rows: readonly object[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const lines = [names, ...rows.map(row => Object.values(row).map(cell))];
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
  return visible(typeof value === 'object' ? jsonText(value) : String(value));
}
