import { describe, expect, test } from 'vitest';
import type { TaskStatus } from '../../src/model/task.ts';
import { defaultLimits } from '../../src/runner/limits.ts';
import { blockerOf, orderTasks } from '../../src/runner/order.ts';
import type { Product, Task } from '../../src/runner/task.ts';

function task(name: string, needs: readonly Product[], gives: readonly Product[]): Task {
  return {
    name,
    phase: 'build',
    needs,
    gives,
    network: 'deny',
    limits: defaultLimits,
    codes: 'probe',
    argv: () => [],
  };
}
const unpack = task('unpack', [], ['source']);
const build = task('build', ['source'], ['wheel']);
const look = task('look', [], []);

describe('the order of tasks', () => {
  test('is that of needs, and otherwise the one given', () => {
    const ordered = orderTasks([look, build, unpack]);
    expect(ordered.map(one => one.name)).toEqual(['look', 'unpack', 'build']);
  });

  test('with a circle is our bug', () => {
    const circle = task('circle', ['wheel'], ['source']);
    expect(() => orderTasks([circle, build])).toThrow('tasks need each other: circle, build');
  });

  test('with a need that nobody gives is our bug', () => {
    expect(() => orderTasks([build])).toThrow('no task gives source to build');
  });
});

test.each([
  ['passed', undefined],
  ['not-applicable', undefined],
  ['failed', unpack],
  ['timed-out', unpack],
  ['skipped', unpack],
  ['error', unpack],
] as const satisfies readonly (readonly [TaskStatus, Task | undefined])[])(
  'a need whose giver %s blocks unless there is nothing wrong',
  (status, blocker) => {
    expect(blockerOf(build, [{ task: unpack, status }])).toBe(blocker);
    expect(blockerOf(look, [{ task: unpack, status }])).toBeUndefined();
  },
);
