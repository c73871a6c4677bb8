import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../src/sandbox/image/cache.ts';
import { watchHost } from './host-watch.ts';

test('a watch sees a process of a session that is gone, though its parent is too', async () => {
  await using watch = await watchHost();
  const place = path.join(cacheFolder(), 'sessions', 'no-such-session', 'machine');
  const script = 'tail -F "$0" >/dev/null 2>&1 & echo $!';
  const parent = spawn('sh', ['-c', script, place], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = await once(parent.stdout, 'data');
  await once(parent, 'exit');
  const left = String(said).trim();
  expect(await watch.changes()).toEqual([`the process ${left} is still there`]);
  process.kill(Number(left));
});

test('a watch that goes on while nothing happens sees nothing', async () => {
  await using watch = await watchHost();
  expect(await watch.changes()).toEqual([]);
});
