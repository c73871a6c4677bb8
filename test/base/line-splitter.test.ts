import { describe, expect, test } from 'vitest';
import { LineSplitter } from '../../src/base/line-splitter.ts';

const encoder = new TextEncoder();

function split(
  chunks: readonly string[],
  limit?: number,
): readonly (readonly [string, string, number, number])[] {
  const found: [string, string, number, number][] = [];
  const splitter = new LineSplitter(limit);
  const visit: Parameters<LineSplitter['push']>[1] = ({ page, start, end, ending, offset, length }) =>
    found.push([page.text.slice(start, end), ending, offset, length]);
  for (const chunk of chunks) splitter.push(encoder.encode(chunk), visit);
  splitter.end(visit);
  return found;
}

describe('lines of a stream', () => {
  test('are found wherever the chunks are split', () => {
    const lines = [
      ['ab', 'newline', 0, 3],
      ['', 'newline', 3, 1],
      ['cd', 'newline', 4, 3],
      ['e', 'cut', 7, 1],
    ];
    expect(split(['ab\n\ncd\ne'])).toEqual(lines);
    expect(split([...'ab\n\ncd\ne'])).toEqual(lines);
    expect(split(['ab', '\n\nc', 'd\ne'])).toEqual(lines);
  });

  test('may end in CR LF', () => {
    expect(split(['a\r\nb\r', '\nc\r'])).toEqual([
      ['a', 'newline', 0, 3],
      ['b', 'newline', 3, 3],
      ['c\r', 'cut', 6, 2],
    ]);
  });

  test('longer than the limit are cut to it and counted whole', () => {
    const lines = [
      ['abcd', 'newline', 0, 5],
      ['abcd', 'too-long', 5, 6],
      ['ef', 'newline', 11, 3],
      ['abcd', 'too-long', 14, 9],
    ];
    const text = 'abcd\nabcde\nef\nabcdefghi';
    expect(split([text], 4)).toEqual(lines);
    expect(split([...text], 4)).toEqual(lines);
  });

  test('of an empty stream are none', () => {
    expect(split(['', ''])).toEqual([]);
  });
});
