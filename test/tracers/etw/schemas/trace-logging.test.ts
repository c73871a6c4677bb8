import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventDecoder } from '../../../../src/tracers/etw/event-decoder.ts';
import { MAX_DEPTH, MAX_VALUES } from '../../../../src/tracers/etw/schemas/trace-logging.ts';
import { ByteWriter } from '../../../helpers/etl/byte-writer.ts';
import { type SchemaFieldOf, traceLoggingItems } from '../../../helpers/etl/schemas.ts';
import { etwRecord } from '../../../helpers/etw-events.ts';

function decode(fields: readonly SchemaFieldOf[], payload: ByteWriter, provider = 'Contoso.Agent') {
  const extended = traceLoggingItems(provider, 'Started', fields);
  return new EventDecoder().decode(etwRecord({ extended, payload: payload.done() }));
}

const read = (fields: readonly SchemaFieldOf[], payload: ByteWriter) => {
  const event = decode(fields, payload);
  return { ...Object.fromEntries(event.fields.entries()), fit: event.fields.fit };
};

describe('a self-described event', () => {
  test('is named by itself and its provider by its traits', () => {
    expect(decode([], new ByteWriter())).toMatchObject({ provider: 'Contoso.Agent', event: 'Started' });
  });

  test.each([
    ['UTF-16', 1, new ByteWriter().wide('añb'), 'añb'],
    ['UTF-8', 2, new ByteWriter().raw(Buffer.from('añb\0')), 'añb'],
    ['signed byte', 3, new ByteWriter().u8(0xff), -1],
    ['16 bits', 6, new ByteWriter().u16(65_535), 65_535],
    ['32 bits', 7, new ByteWriter().u32(-5), -5],
    ['64 bits', 10, new ByteWriter().u64(-1n), 0xffff_ffff_ffff_ffffn],
    ['truth', 13, new ByteWriter().u32(1), true],
    ['bytes', 14, new ByteWriter().u16(2).u8(7, 8), Uint8Array.of(7, 8)],
    [
      'GUID',
      15,
      new ByteWriter().guid('2a576b87-09a7-520e-c21a-4942f0271d67'),
      '2a576b87-09a7-520e-c21a-4942f0271d67',
    ],
    ['time', 18, new ByteWriter().u16(1970, 1, 4, 1, 0, 0, 1, 500), 116_444_736_015_000_000n],
    ['SID', 19, new ByteWriter().u8(1, 1, 0, 0, 0, 0, 0, 5).u32(18), 'S-1-5-18'],
    ['counted text', 22, new ByteWriter().u16(4).u16(97, 98), 'ab'],
    ['counted bytes', 25, new ByteWriter().u16(1).u8(9), Uint8Array.of(9)],
  ])('holds %s', (_, type, payload, value) => {
    expect(read([{ name: 'Value', type }], payload)).toEqual({ Value: value, fit: 'whole' });
  });

  test('has a port and an address where its schema says that a number is one', () => {
    const fields = [
      { name: 'port', type: 6, out: 5 },
      { name: 'address', type: 8, out: 7 },
    ];
    expect(read(fields, new ByteWriter().u8(1, 187, 10, 0, 0, 1))).toMatchObject({
      port: 443,
      address: '10.0.0.1',
    });
  });

  test('has arrays, and structures in arrays', () => {
    const fields = [
      { name: 'fixed', type: 6, fixed: 2 },
      {
        name: 'rows',
        type: 0,
        counted: true,
        members: [
          { name: 'id', type: 4 },
          { name: 'text', type: 2 },
        ],
      },
    ];
    const payload = new ByteWriter().u16(1, 2).u16(2).u8(3).narrow('c').u8(4).narrow('d');
    expect(read(fields, payload)).toEqual({
      fixed: [1, 2],
      rows: [
        { id: 3, text: 'c' },
        { id: 4, text: 'd' },
      ],
      fit: 'whole',
    });
  });

  test('that ends early has what came before', () => {
    const fields = [
      { name: 'a', type: 8 },
      { name: 'b', type: 8 },
    ];
    expect(read(fields, new ByteWriter().u32(1).u16(2))).toEqual({ a: 1, fit: 'short' });
  });
});

describe('a hostile schema', () => {
  test('does not give its provider the name of the kernel, nor of any provider we know', () => {
    for (const name of ['Windows Kernel', 'Microsoft-Windows-DNS-Client', '']) {
      expect(decode([], new ByteWriter(), name).provider).toBe('00000000-0000-0000-0000-000000000000');
    }
  });

  test('of structures of nothing does not make values without bytes', () => {
    const nothing = { name: 's', type: 0, counted: true, members: [] };
    expect(read([nothing], new ByteWriter().u16(MAX_VALUES))).toMatchObject({ fit: 'whole' });
    expect(read([nothing], new ByteWriter().u16(MAX_VALUES + 1))).toMatchObject({ fit: 'short' });
  });

  test('of structures in structures ends at a depth', () => {
    const nest = (depth: number): SchemaFieldOf =>
      depth === 0 ? { name: 'x', type: 4 } : { name: 's', type: 0, members: [nest(depth - 1)] };
    expect(decode([nest(MAX_DEPTH)], new ByteWriter().u8(1)).fields.size).toBe(1);
    expect(decode([nest(MAX_DEPTH + 1)], new ByteWriter().u8(1)).fields.size).toBe(0);
  });

  test('never throws, whatever it says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (schema, payload) => {
        const record = etwRecord({ extended: [{ type: 11, data: schema }], payload });
        expect(new EventDecoder().decode(record).fields.size).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
