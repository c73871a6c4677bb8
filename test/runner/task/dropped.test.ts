import { expect, test } from 'vitest';
import { live } from '../live.ts';
import { exit, frames } from '../scripted-session.ts';

test('what came after a limit and was not kept is told by the name of the limit', async () => {
  const cut = frames(exit({ caps: ['stdout-bytes'] }), { kind: 'bye', dropped: { stdout: 777 } });
  const { task } = await live({ tasks: { build: cut } });
  expect(task('build')).toMatchObject({ caps: ['stdout-bytes'], dropped: { 'stdout-bytes': 777 } });
  expect(task('install')?.dropped).toEqual({});
});
