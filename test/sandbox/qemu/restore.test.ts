import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Monitor } from '../../../src/sandbox/qemu/monitor.ts';
import { goOn } from '../../../src/sandbox/qemu/restore.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { startFakeQemu } from './fake-qemu.ts';

const refusal = 'Unknown savevm section; load of migration failed';

/** Goes on with a QEMU that answers `answer` to everything, or is gone; gives how often it was ended. */
async function goOnWith(
  answer: string | undefined,
  { signal = AbortSignal.timeout(60_000), timeoutMs = 60_000 } = {},
): Promise<number> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await startFakeQemu(path, (__, socket) => {
    if (answer === undefined) socket.destroy();
    return answer;
  });
  const monitor = await Monitor.connect(path, AbortSignal.timeout(10_000));
  let [ended, complaint] = [0, ''];
  const dispose = async () => {
    monitor.close();
    ended += 1;
    // It has said all it will only once it has ended.
    complaint = refusal;
  };
  const stopped = Promise.resolve();
  const machine = { monitor, stopped, complaint: () => complaint, [Symbol.asyncDispose]: dispose };
  try {
    await goOn(machine, signal, timeoutMs);
    monitor.close();
  } catch (error) {
    expect(ended).toBe(1);
    throw error;
  }
  return ended;
}

test('a machine whose state was read back goes on', async () => {
  expect(await goOnWith('{"return":{"status":"paused"}}\r\n')).toBe(0);
});

test('a state that QEMU refuses is told with its words, and what is left of it is ended', async () => {
  await expect(goOnWith(undefined)).rejects.toMatchObject({
    kind: 'host',
    message: `the snapshot could not be restored: QEMU closed its monitor: ${refusal}`,
  });
});

test('a state that is not read back in time is told to be late, not that QEMU hung up', async () => {
  const loading = goOnWith('{"return":{"status":"inmigrate"}}\r\n', { timeoutMs: 30 });
  await expect(loading).rejects.toThrow(
    'the snapshot could not be restored: it was not read back within 0.03 s',
  );
});

test('aborting ends the wait with the reason of the abort', async () => {
  const abort = new AbortController();
  const loading = goOnWith('{"return":{"status":"inmigrate"}}\r\n', { signal: abort.signal });
  setTimeout(() => abort.abort(new Error('interrupted')), 30);
  await expect(loading).rejects.toThrow('interrupted');
});
