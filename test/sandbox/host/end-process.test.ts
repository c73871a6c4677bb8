import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endProcess } from '../../../src/sandbox/host/end-process.ts';

test('a process is ended, and one that has ended is no trouble', async () => {
  const child = spawn('sleep', ['1000']);
  const pid = child.pid ?? 0;
  expect(endProcess(pid)).toBe(true);
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  expect(endProcess(pid)).toBe(true);
});
