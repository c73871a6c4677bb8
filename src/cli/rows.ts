import type { SqlAnswer } from '../app/sql.ts';
import { assertNever } from '../base/assert.ts';
import { jsonText } from '../base/json-text.ts';
import { visible } from '../base/visible.ts';
import type { Row } from '../model/ports.ts';
import { csvLine } from '../report/encode/csv-line.ts';
import { writeErr, writeOut } from './output.ts';
import { formatTable } from './table.ts';

/** How many rows a table on a terminal shows; the other forms stream every row. */
const tableRows = 1000;

/** Writes the answer to a query, its rows as they come. */
export async function writeAnswer(
  answer: SqlAnswer,
  format: 'text' | 'json' | 'ndjson' | 'csv',
): Promise<void> {
  for (const sentence of answer.unreadable) writeErr(`left out: ${visible(sentence)}`);
  switch (format) {
    case 'text':
      return writeTable(answer);
    case 'json':
      return writeJsonArray(answer);
    case 'ndjson':
      return writeBatches(answer, row => `${jsonText(row)}\n`);
    case 'csv':
      await writeOut(csvLine(answer.columns));
      return writeBatches(answer, row => csvLine(answer.columns.map(column => row[column])));
    default:
      return assertNever(format);
  }
}

async function writeBatches(answer: SqlAnswer, toLine: (row: Row) => string): Promise<void> {
  for await (const batch of answer.rows) await writeOut(batch.map(toLine).join(''));
}

async function writeTable(answer: SqlAnswer): Promise<void> {
  const shown: Row[] = [];
  let count = 0;
  for await (const batch of answer.rows) {
    count += batch.length;
    shown.push(...batch.slice(0, tableRows - shown.length));
  }
  await writeOut(formatTable(shown));
  if (count > shown.length) writeErr(`${count} rows, the first ${tableRows} shown; --format csv gives all`);
  if (count === 0) writeErr(`0 rows of ${visible(answer.columns.join(', '))}`);
}

async function writeJsonArray(answer: SqlAnswer): Promise<void> {
  let before = '[\n';
  for await (const batch of answer.rows) {
    for (const row of batch) {
      await writeOut(`${before}${jsonText(row)}`);
      before = ',\n';
    }
  }
  await writeOut(before === '[\n' ? '[]\n' : '\n]\n');
}
