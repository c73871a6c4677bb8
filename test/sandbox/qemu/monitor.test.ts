import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Monitor } from '../../../src/sandbox/qemu/monitor.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { startFakeQemu } from './fake-qemu.ts';

async function connectTo(path: string): Promise<Monitor> {
  return Monitor.connect(path, AbortSignal.timeout(10_000));
}

test('an answer belongs to its command, events between them do not', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await startFakeQemu(
    path,
    ({ execute: name }) => `{"event":"STOP","data":{}}\r\n{"return":{"said":"${name}"}}\r\n`,
  );
  const monitor = await connectTo(path);
  const answers = await Promise.all([monitor.execute('one'), monitor.execute('two')]);
  expect(answers).toEqual([{ said: 'one' }, { said: 'two' }]);
  monitor.close();
});

test('an error of QEMU is thrown with its text', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await startFakeQemu(
    path,
    () => '{"error":{"class":"GenericError","desc":"no such thing"}}\r\n',
  );
  const monitor = await connectTo(path);
  await expect(monitor.execute('x')).rejects.toThrow('QEMU: no such thing');
  monitor.close();
});

test('a command that QEMU dies over is rejected, and so is the next', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await startFakeQemu(path, (__, socket) => void socket.destroy());
  const monitor = await connectTo(path);
  await expect(monitor.execute('x')).rejects.toThrow('closed its monitor');
  await expect(monitor.execute('y')).rejects.toThrow('closed its monitor');
});

test('a line without end closes the monitor', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await startFakeQemu(path, () => 'x'.repeat(1024 * 1024 + 1));
  const monitor = await connectTo(path);
  await expect(monitor.execute('x')).rejects.toThrow('closed its monitor');
});

test('what is no JSON is passed over', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await startFakeQemu(path, () => 'nonsense\r\n[]\r\n{"return":1}\r\n');
  const monitor = await connectTo(path);
  expect(await monitor.execute('x')).toBe(1);
  monitor.close();
});

test('a QEMU that hangs in a command is hung up on when time is over', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await startFakeQemu(path, () => undefined);
  const monitor = await connectTo(path);
  const abort = new AbortController();
  const hanging = monitor.within(abort.signal, () => monitor.execute('x'));
  abort.abort();
  await expect(hanging).rejects.toThrow('closed its monitor');
  await expect(monitor.within(abort.signal, () => monitor.execute('y'))).rejects.toThrow();
});
