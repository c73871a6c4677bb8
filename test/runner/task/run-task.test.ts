import { expect, test } from 'vitest';
import { live } from '../live.ts';

test.each([
  [10_000, '9'],
  [7_200_000, '6480'],
])('--timeout %d is the limit of every task, and probes are told to end before', async (timeoutMs, told) => {
  const { session } = await live({}, { timeoutMs });
  expect(new Set(session.commands.map(command => command.limits.wallMs))).toEqual(new Set([timeoutMs]));
  expect(session.commands[0]?.env).toMatchObject({ PROBE_LIMIT: told, PROBE_FD: '3' });
});
