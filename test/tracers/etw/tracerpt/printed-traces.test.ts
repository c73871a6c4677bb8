import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { etw } from '../../../../src/tracers/etw/index.ts';
import { MAX_CSV_VALUES, splitCsv } from '../../../../src/tracers/etw/tracerpt/csv-reader.ts';
import { MAX_DEPTH, MAX_PARTS, readElement } from '../../../../src/tracers/etw/tracerpt/xml-element.ts';
import { MAX_EVENT_TEXT } from '../../../../src/tracers/etw/tracerpt/xml-reader.ts';
import { parseTrace } from '../../parse.ts';

const folder = join(import.meta.dirname, '../../../../traces-fixtures/etw');
const xml = readFileSync(join(folder, 'tracerpt-xml.etw'));
const csv = readFileSync(join(folder, 'tracerpt-csv.etw'));
const withoutPlaces = (trace: Uint8Array, chunkBytes?: number) =>
  parseTrace(etw, trace, chunkBytes === undefined ? {} : { chunkBytes }).map(item => ({
    ...item,
    source_offset: 0,
    source_length: 0,
  }));

describe.each([
  ['XML', xml],
  ['CSV', csv],
])('%s', (_, printed) => {
  test('in UTF-16 is the same as in UTF-8', () => {
    const wide = Buffer.from(`\ufeff${printed.toString('utf8')}`, 'utf16le');
    expect(withoutPlaces(wide).slice(1)).toEqual(withoutPlaces(printed).slice(1));
  });

  test('may be split anywhere', () => {
    for (const chunkBytes of [1, 5, 4097])
      expect(withoutPlaces(printed, chunkBytes)).toEqual(withoutPlaces(printed));
  });

  test('that is damaged never throws', () => {
    const damage = fc.array(fc.tuple(fc.nat(printed.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(damage, fc.nat(printed.length), (changes, length) => {
        const bytes = Uint8Array.from(printed).subarray(0, length);
        for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
        parseTrace(etw, bytes);
      }),
      { numRuns: 200 },
    );
  });
});

test('an event that never ends is given up, and the next one read', () => {
  const head = '<Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">';
  const endless = `${head}${'x'.repeat(2 * MAX_EVENT_TEXT)}`;
  const items = parseTrace(etw, Buffer.concat([Buffer.from(endless), xml.subarray(xml.indexOf('<Event '))]));
  expect(items).toContainEqual(expect.objectContaining({ reason: 'event-too-long' }));
  expect(items).toContainEqual(expect.objectContaining({ kind: 'registry.set' }));
});

test('an event that another one begins in is told, and the other one read', () => {
  const first = '<Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>';
  const items = parseTrace(etw, Buffer.concat([Buffer.from(first), xml.subarray(xml.indexOf('<Event '))]));
  expect(items).toContainEqual(expect.objectContaining({ reason: 'unreadable-event', source_offset: 0 }));
  expect(items).toContainEqual(expect.objectContaining({ kind: 'process.fork' }));
});

describe('an element', () => {
  test('is read as tracerpt writes it', () => {
    const parts = readElement(`<a x="1 &amp; 2" y='3'><b/>\n<c>&lt;&#65;&#x42;&nbsp;</c></a>`);
    expect(parts.map(({ path, attributes, text }) => [path, Object.fromEntries(attributes), text])).toEqual([
      ['a/b', {}, ''],
      ['a/c', {}, '<AB&nbsp;'],
      ['a', { x: '1 & 2', y: '3' }, ''],
    ]);
  });

  test('that is too deep, or of too many parts, is read as far as it goes', () => {
    expect(readElement('<a>'.repeat(MAX_DEPTH + 1) + '</a>'.repeat(MAX_DEPTH + 1))).toEqual([]);
    expect(readElement('<a>'.repeat(MAX_DEPTH) + '</a>'.repeat(MAX_DEPTH))).toHaveLength(MAX_DEPTH);
    expect(readElement('<a/>'.repeat(MAX_PARTS + 1))).toHaveLength(MAX_PARTS);
  });
});

test.each([
  ['a,  b ,"c, ""d""" , ', ['a', 'b', 'c, "d"', '']],
  ['"unclosed, x', ['unclosed, x']],
  ['', ['']],
])('the line %j has the values %j', (line, values) => {
  expect(splitCsv(line)).toEqual(values);
});

test('a line has only so many values', () => {
  expect(splitCsv(','.repeat(MAX_CSV_VALUES * 2))).toHaveLength(MAX_CSV_VALUES);
});
