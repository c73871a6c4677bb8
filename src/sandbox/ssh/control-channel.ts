import type { Socket } from 'node:net';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import { messageOf } from '../../base/message-of.ts';
import type { Session } from '../../model/ports.ts';
import { type GuestChannel, type GuestExit, type GuestProcess, stderrCap } from '../agent/channel.ts';
import { keepHead } from '../host/keep-text.ts';
import { type ConnectionWatch, type WatchLimits, watchConnection, watchLimits } from './connection-watch.ts';
import { createIndexForward } from './index-forward.ts';

/** SSH into a machine. */
export interface ControlChannel extends GuestChannel {
  readonly serveIndex: Session['serveIndex'];
  /** Hangs up; the guest waits for the next caller. */
  close(): Promise<void>;
}

/** Who calls, and who must answer. */
export interface ControlKeys {
  /** Private key, OpenSSH's spelling. */
  readonly client: string;
  /** The guest's public host key: any other is refused. */
  readonly host: string;
}

/** What a guest may cost us once it let us in. An honest one stays far below. */
export interface ControlLimits extends WatchLimits {
  /** A program is started and a port forwarded within this time, or the guest is hung up on. */
  readonly answerMs: number;
  /** A program that is ended has closed its streams within this time, or counts as ended. */
  readonly closeMs: number;
  /** A guest under load may be slow to answer; one that is silent this often for this long is gone. */
  readonly keepaliveMs: number;
  readonly keepaliveCount: number;
}

export const controlLimits: ControlLimits = {
  ...watchLimits,
  answerMs: 120_000,
  closeMs: 10_000,
  keepaliveMs: 15_000,
  keepaliveCount: 8,
};

/** How a guest is called. */
export interface ControlOptions {
  /** Who logs in. */
  readonly username: string;
  /** SSH hands one line to the guest's shell: what makes each argument one word of it. */
  readonly quote: (argument: string) => string;
  /** Covers the boot of a machine that is just starting. */
  readonly readyTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Other limits than `controlLimits`. */
  readonly limits?: Partial<ControlLimits>;
}

/** A client that was let in, and what bounds it. */
interface Login {
  readonly client: Client;
  readonly watch: ConnectionWatch;
  readonly limits: ControlLimits;
  readonly quote: (argument: string) => string;
}

/** Logs in over a stream that leads to the guest's SSH server; hanging up destroys it. */
export async function connectControl(
  socket: Socket,
  keys: ControlKeys,
  options: ControlOptions,
): Promise<ControlChannel> {
  const login = await logIn(socket, keys, options);
  const { client, watch, limits } = login;
  const closed = new Promise<void>(resolve => client.once('close', () => resolve()));
  return {
    exec: (argv, signal) => exec(login, argv, signal),
    serveIndex: createIndexForward(client, watch, limits.answerMs),
    close: async () => {
      client.end();
      const timer = setTimeout(() => watch.hangUp('the guest did not hang up'), limits.closeMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function logIn(socket: Socket, keys: ControlKeys, options: ControlOptions): Promise<Login> {
  const limits = { ...controlLimits, ...options.limits };
  const client = new ssh2.Client();
  const expected = Buffer.from(keys.host.split(' ')[1] ?? '', 'base64');
  const watch = watchConnection(client, socket, limits);
  return new Promise((resolve, reject) => {
    const release = () => options.signal.removeEventListener('abort', onAbort);
    const abandon = (error: Error) => {
      release();
      watch.hangUp(error.message);
      reject(error);
    };
    const onAbort = () => abandon(new Error('aborted while logging in'));
    options.signal.addEventListener('abort', onAbort, { once: true });
    // Stays for the client's whole life: a broken connection shows as the end of its channels.
    client.on('error', abandon);
    client.on('close', () => {
      release();
      reject(new Error(watch.reason ?? 'the guest hung up'));
    });
    socket.on('error', abandon);
    client.once('ready', () => {
      release();
      resolve({ client, watch, limits, quote: options.quote });
    });
    try {
      client.connect({
        sock: socket,
        username: options.username,
        privateKey: keys.client,
        // Asked at every key exchange, also at those that the guest begins later.
        hostVerifier: (key: Buffer) => key.equals(expected),
        // No compression: a packet of 35 KB would become one of 35 MB here.
        algorithms: { cipher: ['aes128-gcm@openssh.com'], kex: ['curve25519-sha256'], compress: ['none'] },
        readyTimeout: options.readyTimeoutMs,
        keepaliveInterval: limits.keepaliveMs,
        keepaliveCountMax: limits.keepaliveCount,
      });
    } catch (error) {
      // A key that is none is refused at once.
      release();
      watch.hangUp(messageOf(error));
      throw error;
    }
  });
}

function exec(login: Login, argv: readonly string[], signal: AbortSignal): Promise<GuestProcess> {
  const { client, watch, limits } = login;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const release = () => {
      clearTimeout(timer);
      client.removeListener('close', onClose);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error) => {
      release();
      reject(error);
    };
    // A client whose connection is gone never calls back, and a guest that hangs may not either.
    const onClose = () => fail(new Error(watch.reason ?? 'the guest hung up'));
    const onAbort = () => fail(new Error('aborted while starting a program'));
    client.exec(argv.map(login.quote).join(' '), (error, channel) => {
      release();
      try {
        if (error) throw error;
        watch.add(channel);
        const program = toProcess(channel, login, signal);
        if (signal.aborted) program.kill();
        resolve(program);
      } catch (reason) {
        reject(reason);
      }
    });
    const timer = setTimeout(() => watch.hangUp('the guest did not start a program'), limits.answerMs);
    client.once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function toProcess(channel: ClientChannel, { watch, limits }: Login, signal: AbortSignal): GuestProcess {
  const complaint = keepHead(channel.stderr, stderrCap);
  // Writing to a program that has ended is no news: how it ended is in `closed`.
  channel.on('error', () => channel.destroy());
  let exit: GuestExit = { code: null, signal: null };
  channel.on('exit', (code: number | null, name?: string) => {
    exit = { code, signal: name ?? null };
  });
  let timer: NodeJS.Timeout | undefined;
  let settle = () => {};
  const closed = new Promise<GuestExit>(resolve => {
    settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve(exit);
    };
  });
  const kill = () => {
    hangUp(channel);
    // Of one that does not close, nobody knows how it ended.
    timer ??= setTimeout(settle, limits.closeMs);
  };
  signal.addEventListener('abort', kill, { once: true });
  channel.once('close', () => settle());
  const stderrText = () => complaint.text() + (watch.reason ?? '');
  return { stdin: channel, stdout: channel, stderrText, isStderrCut: complaint.isCut, closed, kill };
}

/**
 * A channel counts as closed only when all its output was read, and nobody may be reading any more. `resume` would
 * not do: it has no effect while the iterator of a reader that left still listens.
 */
function hangUp(channel: ClientChannel): void {
  channel.close();
  channel.on('readable', () => {
    while (channel.read() !== null);
  });
}
