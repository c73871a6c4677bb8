import { expect, test } from 'vitest';
import { straceOptions, untracedCalls } from '../../../src/sandbox/agent/strace-command.ts';
import { syscalls } from '../../../src/tracers/strace/syscalls/syscalls.ts';

const traced = straceOptions
  .filter(({ text }) => text.startsWith('--trace='))
  .flatMap(({ text }) => text.slice('--trace='.length).split(','))
  .map(name => name.replace('?', ''));
const untraced = Object.values(untracedCalls).flatMap(names => names.split(','));

test('a call that the parser knows is traced in our guests, or left out for a reason', () => {
  const known = new Set([...traced, ...untraced]);
  expect([...syscalls.keys()].filter(name => !known.has(name))).toEqual([]);
});

test('a call that is left out is one that the parser knows, is named once, and is not traced', () => {
  expect(untraced.filter(name => !syscalls.has(name))).toEqual([]);
  expect(untraced.filter(name => traced.includes(name))).toEqual([]);
  expect(new Set(untraced).size).toBe(untraced.length);
});
