import { describe, expect, test } from 'vitest';
import { formatTable, maxCellLength } from '../../src/cli/table.ts';

describe('a table', () => {
  test('aligns its columns under their names', () => {
    expect(
      formatTable([
        { a: 'long value', b: 1 },
        { a: 'x', b: null },
      ]),
    ).toBe('a           b\nlong value  1\nx           -\n');
  });

  test('makes control characters of its cells visible', () => {
    expect(formatTable([{ path: '\u001b[2J' }])).toBe('path\n\\x1b[2J\n');
  });

  test('cuts a cell, since every row is as wide as the widest', () => {
    const [, row, other] = formatTable([
      { a: 'x'.repeat(maxCellLength), b: 1 },
      { a: 'y'.repeat(maxCellLength + 1), b: 2 },
    ]).split('\n');
    expect(row).toBe(`${'x'.repeat(maxCellLength)}       1`);
    expect(other).toBe(`${'y'.repeat(maxCellLength)}…[+1]  2`);
  });

  test('escapes the names of its columns, which a question may choose', () => {
    expect(formatTable([{ '\u001b[2J': 1 }])).toBe('\\x1b[2J\n1\n');
  });

  test('of no rows is empty', () => {
    expect(formatTable([])).toBe('');
  });
});
