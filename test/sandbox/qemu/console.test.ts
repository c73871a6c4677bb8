import { expect, test } from 'vitest';
import { readConsole } from '../../../src/sandbox/qemu/console.ts';
import type { Monitor } from '../../../src/sandbox/qemu/monitor.ts';

/** All that a monitor is asked for here. */
function monitorThatSays(answer: () => Promise<unknown>): Monitor {
  return Object.assign(Object.create(null), { execute: answer });
}

test('the last lines of a console are given, each cut at its length', async () => {
  const said = [...Array.from({ length: 20 }, (_, index) => `line ${index}`), 'x'.repeat(300)].join(
    '\r\n\r\n',
  );
  const lines = await readConsole(monitorThatSays(() => Promise.resolve(said)));
  expect(lines).toHaveLength(12);
  expect(lines[0]).toBe('line 9');
  expect(lines.at(-1)).toBe('x'.repeat(200));
});

test('a QEMU that is gone, or answers what is no text, has no console', async () => {
  expect(await readConsole(monitorThatSays(() => Promise.reject(new Error('gone'))))).toEqual([]);
  expect(await readConsole(monitorThatSays(() => Promise.resolve({ said: 7 })))).toEqual([]);
});
