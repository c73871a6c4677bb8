import { connect } from 'node:net';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import type { PackageIndex, Session } from '../../model/ports.ts';
import { type GuestChannel, type GuestExit, type GuestProcess, stderrCap } from '../agent/channel.ts';
import { createIndexServer, indexPort, indexUrl, maxIndexConnections } from '../agent/index-listener.ts';

/** SSH into a guest over its control port. */
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

/** A guest under load may be slow to answer; one that is silent this often for this long is gone. */
const keepaliveIntervalMs = 15_000;
const keepaliveCountMax = 8;

/** Logs in. `readyTimeoutMs` covers the boot of a machine that is just starting. */
export async function connectControl(
  socketPath: string,
  keys: ControlKeys,
  options: { readonly readyTimeoutMs: number; readonly signal: AbortSignal },
): Promise<ControlChannel> {
  const client = await logIn(socketPath, keys, options);
  const closed = new Promise<void>(resolve => client.once('close', () => resolve()));
  return {
    exec: (argv, signal) => exec(client, argv, signal),
    serveIndex: index => serveIndex(client, index),
    close: () => {
      client.end();
      return closed;
    },
  };
}

function logIn(
  socketPath: string,
  keys: ControlKeys,
  options: { readonly readyTimeoutMs: number; readonly signal: AbortSignal },
): Promise<Client> {
  const client = new ssh2.Client();
  const socket = connect(socketPath);
  const expected = Buffer.from(keys.host.split(' ')[1] ?? '', 'base64');
  return new Promise((resolve, reject) => {
    const abandon = (error: Error) => {
      client.destroy();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => abandon(new Error('aborted while logging in'));
    options.signal.addEventListener('abort', onAbort, { once: true });
    // Stays for the client's whole life: a broken connection shows as the end of its channels.
    client.on('error', abandon);
    client.on('close', () => reject(new Error('the guest hung up')));
    socket.on('error', abandon);
    client.once('ready', () => {
      options.signal.removeEventListener('abort', onAbort);
      resolve(client);
    });
    client.connect({
      sock: socket,
      username: 'root',
      privateKey: keys.client,
      hostVerifier: (key: Buffer) => key.equals(expected),
      algorithms: { cipher: ['aes128-gcm@openssh.com'], kex: ['curve25519-sha256'] },
      readyTimeout: options.readyTimeoutMs,
      keepaliveInterval: keepaliveIntervalMs,
      keepaliveCountMax,
    });
  });
}

function exec(client: Client, argv: readonly string[], signal: AbortSignal): Promise<GuestProcess> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    // A client whose connection is gone never calls back, and a guest that hangs may not either.
    const onClose = () => reject(new Error('the guest hung up'));
    const onAbort = () => reject(new Error('aborted while starting a program'));
    client.once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    client.exec(argv.map(quoted).join(' '), (error, channel) => {
      client.removeListener('close', onClose);
      signal.removeEventListener('abort', onAbort);
      if (error) {
        reject(error);
        return;
      }
      const program = toProcess(channel, signal);
      if (signal.aborted) program.kill();
      resolve(program);
    });
  });
}

function toProcess(channel: ClientChannel, signal: AbortSignal): GuestProcess {
  const stderr: Buffer[] = [];
  let kept = 0;
  channel.stderr.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, stderrCap - kept);
    kept += part.length;
    if (part.length > 0) stderr.push(part);
  });
  // Writing to a program that has ended is no news: how it ended is in `closed`.
  channel.on('error', () => channel.destroy());
  let exit: GuestExit = { code: null, signal: null };
  channel.on('exit', (code: number | null, name?: string) => {
    exit = { code, signal: name ?? null };
  });
  const kill = () => hangUp(channel);
  signal.addEventListener('abort', kill, { once: true });
  const closed = new Promise<GuestExit>(resolve => {
    channel.once('close', () => {
      signal.removeEventListener('abort', kill);
      resolve(exit);
    });
  });
  const stderrText = () => Buffer.concat(stderr).toString('utf8');
  return { stdin: channel, stdout: channel, stderrText, closed, kill };
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

/** The index listens nowhere on the host: the guest's connections come through SSH straight into the server. */
async function serveIndex(
  client: Client,
  index: PackageIndex,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createIndexServer(index);
  const streams = new Set<ClientChannel>();
  const onConnection = (_: unknown, accept: () => ClientChannel, refuse: () => void) => {
    if (streams.size >= maxIndexConnections) {
      refuse();
      return;
    }
    const stream = accept();
    streams.add(stream);
    stream.on('error', () => stream.destroy());
    stream.once('close', () => streams.delete(stream));
    server.emit('connection', stream);
  };
  const stop = async () => {
    client.removeListener('tcp connection', onConnection);
    // A guest that has gone forwards nothing any more.
    await stopForwarding(client).catch(() => undefined);
    for (const stream of streams) stream.destroy();
    server.close();
  };
  // Before the guest is asked: a connection may come together with its answer.
  client.on('tcp connection', onConnection);
  try {
    await new Promise<void>((resolve, reject) => {
      client.forwardIn('127.0.0.1', indexPort, error => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    client.removeListener('tcp connection', onConnection);
    throw error;
  }
  return { url: indexUrl, [Symbol.asyncDispose]: stop };
}

function stopForwarding(client: Client): Promise<void> {
  return new Promise(resolve => {
    client.once('close', () => resolve());
    client.unforwardIn('127.0.0.1', indexPort, () => resolve());
  });
}

/** SSH hands one line to a shell: each argument becomes one word of it. */
function quoted(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
