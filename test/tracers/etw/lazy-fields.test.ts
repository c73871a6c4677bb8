import { expect, test } from 'vitest';
import { LazyFields } from '../../../src/tracers/etw/lazy-fields.ts';
import { decodedEvent } from '../../helpers/etw-events.ts';

test('fields are read once, at the first question', () => {
  let reads = 0;
  const fields = new LazyFields(() => {
    reads += 1;
    return { names: ['ProcessId'], values: [7], fit: 'whole' };
  });
  expect(reads).toBe(0);
  expect([fields.number('ProcessId'), fields.size]).toEqual([7, 1]);
  expect(reads).toBe(1);
});

test('a question for a type is answered by that type only', () => {
  const { fields } = decodedEvent(['Windows Kernel', 'Process/Start'], {
    ProcessId: 7,
    UniqueProcessKey: 0xfffffa8300cfb380n,
    CommandLine: 'cmd',
  });
  expect(fields.bigint('ProcessId')).toBe(7n);
  expect(fields.number('UniqueProcessKey')).toBeUndefined();
  expect(fields.bigint('UniqueProcessKey')).toBe(0xfffffa8300cfb380n);
  expect(fields.number('CommandLine')).toBeUndefined();
  expect(fields.text('CommandLine')).toBe('cmd');
  expect(fields.text('ProcessId')).toBeUndefined();
  expect(fields.get('Nothing')).toBeUndefined();
  expect([...fields.entries()].map(([name]) => name)).toEqual([
    'ProcessId',
    'UniqueProcessKey',
    'CommandLine',
  ]);
});
