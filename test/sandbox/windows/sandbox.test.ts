import { describe, expect, test } from 'vitest';
import { restore, type Script, startWindows } from './scripted-windows.ts';
import { honest } from './scripts.ts';

const never = () => new AbortController().signal;

describe('a Windows machine', () => {
  test('with another host key than its file pins is refused before anything is sent', async () => {
    await using windows = await startWindows(honest, { pinsOtherKey: true });
    await expect(restore(windows.file)).rejects.toThrow(/host denied|cannot be logged in to/);
    expect(windows.received).toEqual([]);
  });

  test('that cannot be reverted is refused with the command to try', async () => {
    await using windows = await startWindows(honest, { revert: ['false', '{machine}'] });
    await expect(restore(windows.file)).rejects.toMatchObject({ help: 'run it yourself: false win11' });
  });

  test('that cannot be prepared says what it complained of', async () => {
    const script: Script = [['blockoutbound', { stderr: 'the firewall cannot be set', code: 4 }], ...honest];
    await using windows = await startWindows(script);
    await expect(restore(windows.file)).rejects.toThrow('the firewall cannot be set');
  });

  test('has its folder closed to others before anything is put there', async () => {
    await using windows = await startWindows(honest);
    await using _ = await restore(windows.file);
    const script = windows.received.find(one => one.script.includes('icacls.exe'))?.script ?? '';
    const places = [
      "-Force 'C:\\buildhaus'|",
      "icacls.exe 'C:\\buildhaus' '/inheritance:r'",
      "-Force 'C:\\buildhaus\\inbox'",
    ];
    const order = places.map(text => script.indexOf(text));
    expect(order.every((at, index) => at > (order[index - 1] ?? -1))).toBe(true);
  });

  test('that nobody answers at is waited for, but not for ever', async () => {
    await using windows = await startWindows(honest);
    // The discard port: nobody listens there.
    await expect(restore({ ...windows.file, port: 9 })).rejects.toThrow(/ECONNREFUSED/);
  });

  test('takes files whole, or says that it did not', async () => {
    await using windows = await startWindows(honest);
    await using session = await restore(windows.file);
    await session.put('x-1.0.tar.gz', Buffer.from([1, 10, 2]), never());
    expect(windows.received.at(-1)?.input).toEqual(Buffer.from([1, 10, 2]));
    await using other = await startWindows([['[IO.File]::Create', { stdout: '00\r\n' }], ...honest]);
    await using cut = await restore(other.file);
    await expect(cut.put('x', Buffer.from('x'), never())).rejects.toMatchObject({
      kind: 'incomplete',
      message: 'x did not arrive in the guest as it was sent',
    });
  });
});
