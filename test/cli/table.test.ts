import { describe, expect, test } from 'vitest';
import { formatTable } from '../../src/cli/table.ts';

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

  test('of no rows is empty', () => {
    expect(formatTable([])).toBe('');
  });
});
