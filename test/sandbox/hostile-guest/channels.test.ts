import type { ServerChannel } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { indexPort } from '../../../src/sandbox/agent/index-listener.ts';
import { type GuestBehaviour, startGuest } from './hostile-guest.ts';
import { idOf, message, ssh, type Wire } from './ssh-wire.ts';

const never = () => new AbortController().signal;
const unknown = { code: null, signal: null };
const index = async () => new Response('page');
const anIndexAddress = ['127.0.0.1', indexPort, '127.0.0.1', 5] as const;

function finish(channel: ServerChannel): void {
  channel.exit(0);
  channel.end();
}

/** A guest that says these messages when its first program starts, and lets every later one end well. */
function saying(...messages: readonly ((id: number) => Uint8Array)[]): GuestBehaviour {
  let count = 0;
  return {
    onExec: (_, accept, wire) => {
      const channel = accept();
      count += 1;
      if (count === 1) for (const each of messages) wire.send(each(idOf(channel)));
      else finish(channel);
    },
  };
}

/** Runs one program; gives what it said and how it ended. */
async function run(behaviour: GuestBehaviour) {
  await using guest = await startGuest(behaviour);
  const channel = await guest.connect({ closeMs: 20 });
  const program = await channel.exec(['x'], never());
  const read: Buffer[] = [];
  program.stdout.on('data', (part: Buffer) => read.push(part));
  await new Promise(resolve => program.stdout.once('end', resolve));
  program.kill();
  const closed = await program.closed;
  return { said: Buffer.concat(read).toString(), complaint: program.stderrText(), closed };
}

const data = (text: string) => (id: number) => message(ssh.data, id, text);
const complaint = (text: string) => (id: number) => message(ssh.extendedData, id, 1, text);
const eof = (id: number) => message(ssh.eof, id);
const close = (id: number) => message(ssh.close, id);
const status = (code: number) => (id: number) => message(ssh.channelRequest, id, 'exit-status', false, code);
const killedBy = (name: string) => (id: number) =>
  message(ssh.channelRequest, id, 'exit-signal', false, name, false, 'x'.repeat(30_000), '');

describe('how a program ends is what the guest said first, and unknown when it said nothing:', () => {
  const cases = {
    'an exit that is said twice': [[data('a'), status(3), status(0), eof, close], { code: 3, signal: null }],
    'a signal after an exit': [
      [data('a'), status(3), killedBy('KILL'), eof, close],
      { code: 3, signal: null },
    ],
    'a signal with a long story': [
      [data('a'), killedBy('SEGV'), eof, close],
      { code: null, signal: 'SIGSEGV' },
    ],
    'no exit': [[data('a'), eof, close], unknown],
    'an end of data and no close': [[data('a'), eof], unknown],
    'two ends of data and two closes': [[data('a'), eof, eof, close, close], unknown],
    'a close without an end of data': [[data('a'), close], unknown],
  } as const;
  test.each(Object.entries(cases))('%s', async (_name, [messages, closed]) => {
    expect(await run(saying(...messages))).toMatchObject({ said: 'a', closed });
  });
});

describe('what comes after its own end is dropped, and nothing breaks:', () => {
  test('output', async () => {
    expect((await run(saying(data('a'), eof, data('b'), close))).said).toBe('a');
  });

  test('complaints', async () => {
    const { said, complaint: text } = await run(
      saying(complaint('a'), data('a'), eof, complaint('b'), close),
    );
    expect([said, text]).toEqual(['a', 'a']);
  });

  test('anything after the close', async () => {
    expect((await run(saying(data('a'), close, data('b'), complaint('c'), eof, status(1)))).said).toBe('a');
  });
});

describe('messages that answer nothing or belong to nobody do no harm:', () => {
  const cases: Readonly<Record<string, (id: number) => Uint8Array>> = {
    'an answer to no question': () => message(ssh.requestSuccess),
    'an answer to no question of a channel': id => message(ssh.channelSuccess, id),
    'data of a channel that is not there': () => message(ssh.data, 77, 'x'),
    'a close of a channel that is not there': () => message(ssh.close, 77),
    'a window that grows beyond all numbers': id => message(ssh.windowAdjust, id, 2 ** 32 - 1),
    'a request of no known kind': id => message(ssh.channelRequest, id, '../../x\0', true),
    'a message of no known kind': () => message(200, 'x'),
  };
  test.each(Object.entries(cases))('%s', async (_name, each) => {
    expect(await run(saying(each, data('a'), status(0), eof, close))).toMatchObject({
      said: 'a',
      closed: { code: 0 },
    });
  });

  test('a channel with the largest number ends the connection, and no more', async () => {
    const { closed, complaint: text } = await run(saying(() => message(ssh.data, 2 ** 32 - 1, 'x')));
    expect([closed, text]).toEqual([unknown, expect.stringContaining('Invalid channel id')]);
  });

  test('a message that is cut in the middle ends the connection, and no more', async () => {
    const cut = message(ssh.data, 0, 'long text').subarray(0, 8);
    expect((await run(saying(() => cut))).closed).toEqual(unknown);
  });
});

describe('channels that the guest opens', () => {
  const opens = {
    'to an index that is not served': ['forwarded-tcpip', ...anIndexAddress],
    'to another port': ['forwarded-tcpip', '127.0.0.1', 22, '127.0.0.1', 5],
    'to a socket': ['forwarded-streamlocal@openssh.com', '/run/docker.sock', ''],
    'to our agent': ['auth-agent@openssh.com'],
    'to our screen': ['x11', '127.0.0.1', 5],
    'to our shell': ['session'],
    'to our network': ['direct-tcpip', '127.0.0.1', 22, '127.0.0.1', 5],
  } as const;

  /** Whether an honest program still runs after the guest opened this. */
  test.each(Object.entries(opens))('%s are refused', async (_name, [type, ...details]) => {
    let refused = 0;
    await using guest = await startGuest({
      onReady: wire => {
        wire.onRefusal(() => {
          refused += 1;
        });
        for (let sender = 0; sender < 20; sender += 1) {
          wire.send(message(ssh.channelOpen, type, sender, 1000, 1000, ...details));
        }
      },
      onExec: (_, accept) => finish(accept()),
    });
    const channel = await guest.connect();
    const program = await channel.exec(['x'], never());
    program.stdout.resume();
    expect((await program.closed).code).toBe(0);
    expect(refused).toBe(20);
  });

  test('are refused once the index is no longer served, though the guest would not stop', async () => {
    let wire: Wire | undefined;
    let refused = 0;
    await using guest = await startGuest({
      onReady: own => {
        wire = own;
        own.onRefusal(() => {
          refused += 1;
        });
      },
      onRequest: (name, answer) => answer(name === 'tcpip-forward'),
      onExec: (_, accept) => finish(accept()),
    });
    const channel = await guest.connect();
    await (await channel.serveIndex(index, never()))[Symbol.asyncDispose]();
    wire?.send(message(ssh.channelOpen, 'forwarded-tcpip', 9, 1000, 1000, ...anIndexAddress));
    const program = await channel.exec(['x'], never());
    program.stdout.resume();
    await program.closed;
    expect(refused).toBe(1);
  });

  test('whose packets would hold nothing are the end of the connection', async () => {
    let wire: Wire | undefined;
    await using guest = await startGuest({
      onReady: own => {
        wire = own;
      },
    });
    const channel = await guest.connect();
    await using _ = await channel.serveIndex(index, never());
    wire?.send(message(ssh.channelOpen, 'forwarded-tcpip', 9, 1000, 0, ...anIndexAddress));
    const starting = channel.exec(['x'], never());
    await expect(starting).rejects.toThrow('the guest wants packets of nearly nothing');
  });
});

describe('a guest that does not answer is given up:', () => {
  const limits = { answerMs: 30 };
  const silent: Readonly<Record<string, GuestBehaviour>> = {
    'when a session is opened': { opensSessions: false },
    'when a program is started': { onExec: () => undefined },
    'though it says all the time that it lives': {
      onExec: (_, __, wire) => {
        const timer = setInterval(() => wire.send(message(ssh.requestSuccess)), 1);
        wire.socket.on('close', () => clearInterval(timer));
      },
    },
  };
  test.each(Object.entries(silent))('%s', async (_name, behaviour) => {
    await using guest = await startGuest(behaviour);
    const starting = (await guest.connect(limits)).exec(['x'], never());
    await expect(starting).rejects.toThrow('the guest did not start a program');
  });

  test('when it shall forward', async () => {
    await using guest = await startGuest({ onRequest: () => undefined });
    const serving = (await guest.connect(limits)).serveIndex(index, never());
    await expect(serving).rejects.toThrow('the guest did not say whether it forwards');
  });

  test('when it shall forward, or not any more, as soon as somebody aborts', async () => {
    const abort = new AbortController();
    await using guest = await startGuest({
      onRequest: (name, answer) => {
        if (name === 'tcpip-forward') answer(true);
        else abort.abort();
      },
    });
    const channel = await guest.connect();
    const served = await channel.serveIndex(index, abort.signal);
    await served[Symbol.asyncDispose]();
    await expect(channel.serveIndex(index, abort.signal)).rejects.toThrow('aborted');
  });

  test('when it shall not forward any more: the index is closed all the same', async () => {
    await using guest = await startGuest({
      onRequest: (name, answer) => (name === 'tcpip-forward' ? answer(true) : undefined),
    });
    const channel = await guest.connect(limits);
    await (await channel.serveIndex(index, never()))[Symbol.asyncDispose]();
    await expect(channel.exec(['x'], never())).rejects.toThrow('Not connected');
  });

  test('when we hang up', async () => {
    await using guest = await startGuest({
      server: { highWaterMark: 1 },
      onReady: wire => wire.socket.pause(),
    });
    const channel = await guest.connect({ closeMs: 30 });
    await channel.close();
  });
});
