import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { stderrCap } from '../../../src/sandbox/agent/channel.ts';
import { watchLimits } from '../../../src/sandbox/ssh/connection-watch.ts';
import { controlLimits } from '../../../src/sandbox/ssh/control-channel.ts';
import { startGuest } from './hostile-guest.ts';
import { flood, idOf, message, ssh } from './ssh-wire.ts';

const never = () => new AbortController().signal;
/** Of a length that no window is a multiple of: ssh2 does refuse what comes when nothing at all is left. */
const piece = new Uint8Array(1000);
/** What may be on its way in the sockets of both sides, and in the guest's own queue. */
const underwayBytes = 2 * 1024 * 1024;

/** Writes `count` times 64 KiB as fast as the host reads. */
async function writeAll(stream: NodeJS.WritableStream, count: number): Promise<void> {
  for (let written = 0; written < count; written += 1) {
    if (!stream.write(Buffer.alloc(64 * 1024, 'x'))) await once(stream, 'drain');
  }
}

function close(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}

describe('a guest that sends more than its window', () => {
  test('is hung up on when nobody reads, and its program says why it was lost', async () => {
    let sent: Promise<number> = Promise.resolve(0);
    await using guest = await startGuest({
      onExec: (_, accept, wire) => {
        sent = flood(wire, message(ssh.data, idOf(accept()), piece));
      },
    });
    const channel = await guest.connect();
    const program = await channel.exec(['x'], never());
    expect(await sent).toBeLessThan(watchLimits.unreadBytes + underwayBytes);
    program.stdout.resume();
    expect(await program.closed).toEqual({ code: null, signal: null });
    expect(program.stderrText()).toBe('the guest sent more than it may');
    await expect(channel.exec(['x'], never())).rejects.toThrow('Not connected');
  });

  test('may have twice its window waiting, as an honest one can', async () => {
    const bytes = 4_000_000;
    await using guest = await startGuest({
      onExec: (_, accept, wire) => {
        const id = idOf(accept());
        for (let sent = 0; sent < bytes; sent += piece.length) wire.send(message(ssh.data, id, piece));
        wire.send(message(ssh.close, id));
      },
    });
    const program = await (await guest.connect()).exec(['x'], never());
    await wait(1);
    let read = 0;
    for await (const part of program.stdout) read += part.length;
    expect(read).toBe(bytes);
    expect(program.stderrText()).toBe('');
  });
});

describe('standard error and standard output', () => {
  test('do not hold each other up: unread output lets any amount of complaints through', async () => {
    await using guest = await startGuest({
      onExec: async (_, accept) => {
        const channel = accept();
        await writeAll(channel, 8);
        await writeAll(channel.stderr, 256);
        close(channel, 3);
      },
    });
    const program = await (await guest.connect()).exec(['x'], never());
    const read: Buffer[] = [];
    // Not before all the complaints have come.
    await expect.poll(() => program.stderrText().length).toBe(stderrCap);
    for await (const part of program.stdout) read.push(part);
    expect(Buffer.concat(read)).toHaveLength(8 * 64 * 1024);
    expect(await program.closed).toEqual({ code: 3, signal: null });
  });

  test('come whole when they take turns', async () => {
    // Said by hand: of two that wait for the window, ssh2's server goes on with one.
    await using guest = await startGuest({
      onExec: (_, accept, wire) => {
        const id = idOf(accept());
        for (let round = 0; round < 1000; round += 1) {
          wire.send(message(ssh.data, id, piece));
          wire.send(message(ssh.extendedData, id, 1, piece));
        }
        wire.send(message(ssh.close, id));
      },
    });
    const program = await (await guest.connect()).exec(['x'], never());
    let read = 0;
    for await (const part of program.stdout) read += part.length;
    expect(read).toBe(1_000_000);
    expect(program.stderrText()).toHaveLength(stderrCap);
  });
});

describe('a guest that makes us hold what it never takes is hung up on:', () => {
  const limits = { unsentBytes: 256 * 1024, waitingAnswers: 16 };

  async function reasonFor(flooding: Uint8Array, ident = 'OpenSSH_9.2'): Promise<string> {
    await using guest = await startGuest({
      server: { ident },
      onExec: (_, __, wire) => {
        // It does not read what it is answered.
        wire.socket.pause();
        void flood(wire, flooding);
      },
    });
    const channel = await guest.connect(limits);
    return await channel.exec(['x'], never()).then(
      () => 'started',
      (error: unknown) => String(error),
    );
  }

  test('one that does not read its answers', async () => {
    const question = message(ssh.channelOpen, 'no-such-type', 1, 1, 1);
    expect(await reasonFor(question)).toBe('Error: the guest does not read its answers');
  });

  test('one that shows its host keys again and again, and never proves one', async () => {
    const keys = message(ssh.globalRequest, 'hostkeys-00@openssh.com', false);
    expect(await reasonFor(keys)).toBe('Error: the guest asks without end');
  });

  test('an honest one is far below: the limits are such', () => {
    expect(controlLimits).toMatchObject({ unsentBytes: 64 * 1024 * 1024, waitingAnswers: 256 });
  });

  test('one that begins to exchange keys and never ends it', async () => {
    await using guest = await startGuest({
      onExec: (_, __, wire) => {
        wire.socket.pause();
        wire.rekey();
      },
    });
    const channel = await guest.connect({ keepaliveMs: 10, keepaliveCount: 2 });
    await expect(channel.exec(['x'], never())).rejects.toThrow('Keepalive timeout');
  });
});

describe('what the guest grants us', () => {
  test('packets of no bytes would never end: it is hung up on', async () => {
    await using guest = await startGuest({
      onReady: wire => wire.offer(1024 * 1024, 0),
      onExec: (_, accept) => void accept(),
    });
    const starting = (await guest.connect()).exec(['x'], never());
    await expect(starting).rejects.toThrow('the guest wants packets of nearly nothing');
  });

  test('the smallest packets that are taken carry everything', async () => {
    const read: Buffer[] = [];
    await using guest = await startGuest({
      onReady: wire => wire.offer(1024 * 1024, 1024),
      onExec: (_, accept) => {
        const channel = accept();
        channel.on('data', (part: Buffer) => read.push(part));
        channel.on('end', () => close(channel, 0));
      },
    });
    const program = await (await guest.connect()).exec(['x'], never());
    program.stdin.end(Buffer.alloc(5000, 'x'));
    program.stdout.resume();
    expect((await program.closed).code).toBe(0);
    expect(Buffer.concat(read)).toHaveLength(5000);
  });

  test('no window at all: what is written waits until the program is ended', async () => {
    await using guest = await startGuest({
      onReady: wire => wire.offer(0, 32_768),
      onExec: (_, accept) => void accept(),
    });
    const program = await (await guest.connect({ closeMs: 10 })).exec(['x'], never());
    program.stdin.end(Buffer.alloc(5000, 'x'));
    program.kill();
    expect(await program.closed).toEqual({ code: null, signal: null });
  });
});
