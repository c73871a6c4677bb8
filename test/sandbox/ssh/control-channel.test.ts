import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { expect, test } from 'vitest';
import { stderrCap } from '../../../src/sandbox/agent/channel.ts';
import { indexPort, maxIndexConnections } from '../../../src/sandbox/agent/index-listener.ts';
import { connectGuest } from '../../../src/sandbox/qemu/connect-guest.ts';
import { createKeyPair } from '../../../src/sandbox/ssh/create-key-pair.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const hostKey = createKeyPair();
const otherKey = createKeyPair();
const clientKey = createKeyPair();
const never = () => new AbortController().signal;

/** A guest whose every command is answered by `answer`, and that calls `onForward` when asked to forward a port. */
async function fakeGuest(
  path: string,
  answer: (command: string, channel: ServerChannel) => void,
  onForward: (client: Connection) => void = () => undefined,
) {
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, client => {
    client.on('error', () => client.end());
    client.on('authentication', context => context.accept());
    client.on('request', (accept, _, name) => {
      accept?.();
      if (name === 'tcpip-forward') onForward(client);
    });
    client.on('ready', () => {
      client.on('session', accept => {
        accept().on('exec', (acceptExec, _, info) => answer(info.command, acceptExec()));
      });
    });
  });
  const listener = createServer(socket => server.injectSocket(socket));
  await new Promise<void>(resolve => listener.listen(path, resolve));
  return { [Symbol.asyncDispose]: () => new Promise<void>(resolve => listener.close(() => resolve())) };
}

function connectTo(path: string, host: string, signal = never()) {
  const keys = { client: clientKey.private, host };
  return connectGuest(path, keys, { readyTimeoutMs: 10_000, signal });
}

test('a guest with another host key is refused', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, () => undefined);
  await expect(connectTo(path, otherKey.public)).rejects.toThrow(/host/i);
});

test('a login leaves nothing on the signal that could have ended it, whether it failed or not', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, () => undefined);
  const signal = never();
  await expect(connectTo(path, otherKey.public, signal)).rejects.toThrow();
  await expect(connectTo(join(folder.path, 'nobody'), hostKey.public, signal)).rejects.toThrow();
  await (await connectTo(path, hostKey.public, signal)).close();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a private key that is none is refused, and leaves neither its socket nor a listener', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  // Closing it waits for the socket.
  await using _ = await fakeGuest(path, () => undefined);
  const abort = new AbortController();
  const keys = { client: 'garbage', host: hostKey.public };
  const calling = connectGuest(path, keys, { readyTimeoutMs: 10_000, signal: abort.signal });
  await expect(calling).rejects.toThrow('Cannot parse privateKey');
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
});

test('arguments arrive as they are, whatever a shell would make of them', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, (command, channel) => {
    channel.write(command);
    channel.exit(0);
    channel.end();
  });
  const channel = await connectTo(path, hostKey.public);
  const program = await channel.exec(['a b', "it's", '$(x)', ''], never());
  let said = '';
  program.stdout.on('data', chunk => {
    said += chunk;
  });
  expect(await program.closed).toEqual({ code: 0, signal: null });
  expect(said).toBe(`'a b' 'it'\\''s' '$(x)' ''`);
  await channel.close();
});

test('the complaints of a program are kept to their cap', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, (__, channel) => {
    channel.stderr.write('x'.repeat(stderrCap + 1), () => {
      channel.exit(3);
      channel.end();
    });
  });
  const channel = await connectTo(path, hostKey.public);
  const program = await channel.exec(['x'], never());
  program.stdout.resume();
  expect((await program.closed).code).toBe(3);
  expect(program.stderrText()).toBe('x'.repeat(stderrCap));
  await channel.close();
});

test('a program whose connection breaks ended in no known way', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, (__, channel) => channel.end());
  const channel = await connectTo(path, hostKey.public);
  const program = await channel.exec(['x'], never());
  program.stdout.resume();
  expect(await program.closed).toEqual({ code: null, signal: null });
  await channel.close();
});

test('aborting hangs up on the program', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, () => undefined);
  const channel = await connectTo(path, hostKey.public);
  const abort = new AbortController();
  const program = await channel.exec(['x'], abort.signal);
  program.stdout.resume();
  abort.abort();
  expect(await program.closed).toEqual({ code: null, signal: null });
  await channel.close();
});

test('a program that is hung up on closes though its reader stopped in the middle', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, (__, channel) => channel.write('x'.repeat(100_000)));
  const channel = await connectTo(path, hostKey.public);
  const program = await channel.exec(['x'], never());
  const reader = program.stdout[Symbol.asyncIterator]();
  await reader.next();
  program.kill();
  expect(await program.closed).toEqual({ code: null, signal: null });
  await channel.close();
});

test('connections to the index beyond their limit are refused', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  const attempts = maxIndexConnections + 2;
  const outcomes: string[] = [];
  let finish = () => {};
  const done = new Promise<void>(resolve => {
    finish = resolve;
  });
  const connectOften = (client: Connection) => {
    for (let port = 1; port <= attempts; port += 1) {
      client.forwardOut('127.0.0.1', indexPort, '127.0.0.1', port, error => {
        outcomes.push(error ? 'refused' : 'accepted');
        if (outcomes.length === attempts) finish();
      });
    }
  };
  await using _ = await fakeGuest(path, () => undefined, connectOften);
  const channel = await connectTo(path, hostKey.public);
  await using _served = await channel.serveIndex(async () => new Response('x'), never());
  await done;
  expect(outcomes.filter(outcome => outcome === 'accepted')).toHaveLength(maxIndexConnections);
  await channel.close();
});

test('the index of a guest that has gone can still be closed, and so can the channel', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, () => undefined);
  const channel = await connectTo(path, hostKey.public);
  const served = await channel.serveIndex(async () => new Response('x'), never());
  await channel.close();
  await served[Symbol.asyncDispose]();
  await channel.close();
});

test('aborting ends the wait for a guest that never answers a start', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 's');
  await using _ = await fakeGuest(path, () => undefined);
  const channel = await connectTo(path, hostKey.public);
  const abort = new AbortController();
  const starting = channel.exec(['x'], abort.signal);
  abort.abort();
  await expect(starting).rejects.toThrow('aborted');
  await channel.close();
});
