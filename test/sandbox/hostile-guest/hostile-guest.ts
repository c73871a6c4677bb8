import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type ServerConfig } from 'ssh2';
import { connectGuest } from '../../../src/sandbox/qemu/connect-guest.ts';
import type { ControlChannel, ControlLimits } from '../../../src/sandbox/ssh/control-channel.ts';
import { createKeyPair } from '../../../src/sandbox/ssh/create-key-pair.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { type Wire, wireOf } from './ssh-wire.ts';

const hostKey = createKeyPair();
const clientKey = createKeyPair();

/** What a guest does; what is not said it does as an honest one. */
export interface GuestBehaviour {
  /** Instead of SSH: it has the bare socket. */
  readonly onSocket?: (socket: Socket) => void;
  readonly onAuthentication?: (context: AuthContext, wire: Wire) => void;
  /** The host was let in. */
  readonly onReady?: (wire: Wire) => void;
  /** Whether it answers when a session is opened; it does unless told otherwise. */
  readonly opensSessions?: boolean;
  /** A command came; without `accept` it stays unanswered. */
  readonly onExec?: (command: string, accept: () => ServerChannel, wire: Wire) => void;
  /** A request that is no channel's, `tcpip-forward` above all. */
  readonly onRequest?: (name: string, answer: (granted: boolean) => void, connection: Connection) => void;
  readonly server?: Partial<ServerConfig>;
}

/** A guest of our own making behind a socket, and the host's side of it. */
export interface HostileGuest extends AsyncDisposable {
  /** The host's way in. */
  connect(limits?: Partial<ControlLimits>, readyTimeoutMs?: number): Promise<ControlChannel>;
  readonly socketPath: string;
  /** The keys to be let in with, and those that it shows. */
  readonly keys: { readonly client: string; readonly host: string };
}

/** Starts a guest. It speaks with one host at a time, as a virtio port does. */
export async function startGuest(behaviour: GuestBehaviour): Promise<HostileGuest> {
  const folder = await temporaryFolder();
  const socketPath = path.join(folder.path, 's');
  const sockets = new Set<Socket>();
  const listener = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    if (behaviour.onSocket) behaviour.onSocket(socket);
    else serve(socket, behaviour);
  });
  await new Promise<void>(resolve => listener.listen(socketPath, resolve));
  const keys = { client: clientKey.private, host: hostKey.public };
  return {
    socketPath,
    keys,
    connect: (limits = {}, readyTimeoutMs = 10_000) =>
      connectGuest(socketPath, keys, { readyTimeoutMs, signal: new AbortController().signal, limits }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(resolve => listener.close(() => resolve()));
      await folder[Symbol.asyncDispose]();
    },
  };
}

function serve(socket: Socket, behaviour: GuestBehaviour): void {
  const server = new ssh2.Server({ hostKeys: [hostKey.private], ...behaviour.server }, connection => {
    const wire = wireOf(connection, socket);
    connection.on('error', () => socket.destroy());
    connection.on('authentication', context => {
      if (behaviour.onAuthentication) behaviour.onAuthentication(context, wire);
      else context.accept();
    });
    connection.on('request', (accept, refuse, name) => {
      const answer = (granted: boolean) => (granted ? accept?.() : refuse?.());
      if (behaviour.onRequest) behaviour.onRequest(name, answer, connection);
      else answer(true);
    });
    connection.on('ready', () => {
      connection.on('session', accept => {
        if (behaviour.opensSessions === false) return;
        accept().on('exec', (acceptExec, _, { command }) => behaviour.onExec?.(command, acceptExec, wire));
      });
      behaviour.onReady?.(wire);
    });
  });
  server.injectSocket(socket);
}
