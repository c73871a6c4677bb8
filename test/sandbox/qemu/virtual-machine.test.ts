import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { killJailed } from '../../../src/sandbox/qemu/virtual-machine.ts';

/** A shell with a group of its own, as QEMU's jail has one. */
function startShell(script: string) {
  return spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
}

test('what was started is killed with its group', async () => {
  const child = startShell('sleep 60 & echo started; wait');
  await once(child.stdout, 'data');
  killJailed(child);
  // The last of the group closes the pipe.
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
});

test('what has ended is not killed again: its group may be another by then', async () => {
  // The group goes on after the process it is named after, as another one of that number would.
  const child = startShell('(sleep 0.2; echo unharmed) &');
  const said = text(child.stdout);
  await once(child, 'exit');
  killJailed(child);
  expect(await said).toBe('unharmed\n');
});
