import type { Socket } from 'node:net';
import ssh2 from 'ssh2';
import { describe, expect, test } from 'vitest';
import { createKeyPair } from '../../../src/sandbox/ssh/create-key-pair.ts';
import { type GuestBehaviour, startGuest } from './hostile-guest.ts';
import { flood, message, pour, ssh } from './ssh-wire.ts';

async function refusalOf(behaviour: GuestBehaviour, readyTimeoutMs: number): Promise<string> {
  await using guest = await startGuest(behaviour);
  return await guest.connect({}, readyTimeoutMs).then(
    () => 'let in',
    (error: unknown) => String(error),
  );
}

function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(text.charAt(at % text.length));
    at += 1;
  }, 5);
  socket.on('close', () => clearInterval(timer));
}

const endless = (bytes: Uint8Array): GuestBehaviour => ({
  onAuthentication: (_, wire) => void flood(wire, bytes),
});

describe('a guest that never lets its host in is given up:', () => {
  const cases: Readonly<Record<string, readonly [GuestBehaviour, RegExp]>> = {
    'one that says nothing': [{ onSocket: () => undefined }, /Timed out/],
    'one that hangs up at once': [{ onSocket: socket => socket.destroy() }, /hung up|lost|ECONN|EPIPE/],
    'one that greets without end': [
      { onSocket: socket => pour(socket, Buffer.from('welcome\r\n'.repeat(1000))) },
      /greeting/,
    ],
    'one whose line does not end': [
      { onSocket: socket => pour(socket, Buffer.alloc(10_000, 'x')) },
      /line too long/,
    ],
    'one whose name is none': [
      { onSocket: socket => socket.write('SSH-9.9-x\r\n') },
      /Invalid identification/,
    ],
    'one that says a byte at a time': [
      { onSocket: socket => drip(socket, 'SSH-2.0-a long name\n') },
      /Timed out/,
    ],
    'one that speaks noise after its name': [
      { onSocket: socket => pour(socket, Buffer.from(`SSH-2.0-x\r\n${'\xff'.repeat(5000)}`, 'latin1')) },
      /packet|length|handshake/i,
    ],
    'one that ignores without end': [endless(message(ssh.ignore, 'x'.repeat(1000))), /Timed out/],
    'one that debugs without end': [endless(message(ssh.debug, true, 'x'.repeat(1000), '')), /Timed out/],
    'one that shows banners without end': [endless(message(ssh.banner, 'x'.repeat(1000), '')), /Timed out/],
    'one that never answers who we are': [{ onAuthentication: () => undefined }, /Timed out/],
    'one that wants always more proof': [
      { onAuthentication: context => context.reject(['publickey'], true) },
      /authentication methods failed/,
    ],
    'one that only knows compressed packets': [
      { server: { algorithms: { compress: ['zlib@openssh.com', 'zlib'] } } },
      /no matching .*compression/,
    ],
    'one that only knows an older cipher': [
      { server: { algorithms: { cipher: ['aes128-ctr'] } } },
      /no matching .*cipher/,
    ],
  };

  test.each(Object.entries(cases))('%s', async (_name, [behaviour, reason]) => {
    const isPatient = !reason.test('Timed out');
    expect(await refusalOf(behaviour, isPatient ? 10_000 : 150)).toMatch(reason);
  });
});

test('a guest may exchange keys again, but not show another one of its own', async () => {
  const other = ssh2.utils.parseKey(createKeyPair().private);
  await using guest = await startGuest({
    onExec: (command, accept, wire) => {
      if (command.includes('other')) wire.replaceHostKeys({ 'ssh-ed25519': other });
      wire.rekey();
      const channel = accept();
      channel.exit(0);
      channel.end();
    },
  });
  const channel = await guest.connect();
  const run = async (name: string) => {
    const program = await channel.exec([name], new AbortController().signal);
    program.stdout.resume();
    return program.closed;
  };
  expect(await run('same')).toEqual({ code: 0, signal: null });
  await expect(run('other')).rejects.toThrow('Host denied (verification failed)');
  await expect(run('same')).rejects.toThrow('Not connected');
});
