import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventKinds } from '../../../src/model/event.ts';
import type { FieldValue } from '../../../src/tracers/etw/decoded-event.ts';
import { providers } from '../../../src/tracers/etw/providers/providers.ts';
import { decodedEvent } from '../../helpers/etw-events.ts';
import { mapped } from './events/mapped.ts';

const names = [
  ...new Set(
    providers
      .flatMap(({ events }) => Object.values(events).flatMap(({ since }) => Object.values(since)))
      .flatMap(Object.keys),
  ),
];
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\ud800',
    '\0',
    '\\',
    '\\Device\\',
    '\\??\\',
    '\\REGISTRY\\USER\\',
    '"',
    'x'.repeat(70_000),
    'S-1-',
  ),
);
const value: fc.Arbitrary<FieldValue> = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }),
  fc.constantFrom(0, 1, 2, 500, 0xffff_ffff, 0n, 1n),
  fc.boolean(),
  fc.uint8Array({ maxLength: 200 }),
  fc.array(fc.integer(), { maxLength: 100 }),
  fc.dictionary(fc.string(), fc.integer(), { maxKeys: 5 }),
);
const known = providers.flatMap(({ name, guid, events }) =>
  Object.entries(events).map(([id, { event }]) => ({ name, guid, id: Number(id), event })),
);
const hostile = fc
  .record({
    row: fc.constantFrom(...known),
    fields: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 12 }),
    pid: fc.constantFrom(-1, 0, 4, 500, 0xffff_fffe),
    ns: fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, Number.MAX_VALUE, -1e300)),
    header: fc.constantFrom('event' as const, 'classic' as const, 'system' as const, 'perfinfo' as const),
  })
  .map(({ row, fields, pid, ns, header }) =>
    decodedEvent([row.name, row.event], fields, {
      provider: row.guid,
      id: row.id,
      opcode: row.id,
      pid,
      ns,
      header,
    }),
  );

test('fields of any kind under any name never throw, and become events that can be kept', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 40 }), events => {
      const items = mapped(...events);
      expect(items.length).toBeGreaterThan(0);
      for (const item of items) {
        if (item.kind === 'diagnostic') continue;
        expect(eventKinds).toContain(item.kind);
        expect(Number.isSafeInteger(item.at_ns)).toBe(true);
        expect(JSON.stringify(item).length).toBeLessThan(1_000_000);
      }
    }),
    { numRuns: 300 },
  );
});
