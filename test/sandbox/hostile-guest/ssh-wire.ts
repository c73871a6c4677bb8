import type { Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';

/** The numbers of SSH's messages (RFC 4250, 4.1.2). */
export const ssh = {
  ignore: 2,
  debug: 4,
  banner: 53,
  globalRequest: 80,
  requestSuccess: 81,
  channelOpen: 90,
  channelOpenFailure: 92,
  windowAdjust: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  channelRequest: 98,
  channelSuccess: 99,
} as const;

/** One message: numbers as uint32, flags as a byte, the rest with its length before it. */
export function message(
  type: number,
  ...fields: readonly (number | boolean | string | Uint8Array)[]
): Uint8Array {
  return Buffer.concat([Buffer.from([type]), ...fields.map(toField)]);
}

function toField(field: number | boolean | string | Uint8Array): Uint8Array {
  if (typeof field === 'boolean') return Buffer.from([field ? 1 : 0]);
  if (typeof field === 'number') return uint32(field);
  const bytes = Buffer.from(field);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** The guest's end of a connection, for saying what ssh2's server is too well-behaved to say. */
export interface Wire {
  readonly socket: Socket;
  /** Any message, whatever the state of the connection. */
  send(message: Uint8Array): void;
  /** Begins a key exchange. */
  rekey(): void;
  /** From now on its key exchanges are signed by these keys. */
  replaceHostKeys(keys: Readonly<Record<string, unknown>>): void;
  /** Calls back for each channel that the host refuses. */
  onRefusal(heard: () => void): void;
  /** What channels are opened with from now on. */
  offer(windowBytes: number, packetBytes: number): void;
}

/** What of ssh2 1.17.0 is not for everybody. */
interface Innards {
  readonly _protocol: {
    _hostKeys: unknown;
    readonly _cipher: { allocPacket(length: number): Uint8Array; encrypt(packet: Uint8Array): void };
    readonly _handlers: { CHANNEL_OPEN_FAILURE: () => void };
    rekey(): void;
    channelOpenConfirm(remote: number, local: number, windowBytes: number, packetBytes: number): void;
  };
}

function isOurs(value: unknown): value is Innards {
  return typeof value === 'object' && value !== null && '_protocol' in value;
}

/** Reaches through a connection of ssh2's server to its wire. */
export function wireOf(connection: Connection, socket: Socket): Wire {
  const inner: unknown = connection;
  if (!isOurs(inner)) throw new Error('ssh2 has changed');
  const protocol = inner._protocol;
  return {
    socket,
    send: bytes => {
      if (socket.destroyed) return;
      const packet = protocol._cipher.allocPacket(bytes.length);
      // Length and length of padding come first.
      packet.set(bytes, 5);
      protocol._cipher.encrypt(packet);
    },
    rekey: () => protocol.rekey(),
    replaceHostKeys: keys => {
      protocol._hostKeys = keys;
    },
    onRefusal: heard => {
      protocol._handlers.CHANNEL_OPEN_FAILURE = heard;
    },
    offer: (windowBytes, packetBytes) => {
      const confirm = protocol.channelOpenConfirm.bind(protocol);
      protocol.channelOpenConfirm = (remote, local) => confirm(remote, local, windowBytes, packetBytes);
    },
  };
}

/** The host's number of a channel. */
export function idOf(channel: ServerChannel): number {
  const outgoing: unknown = Reflect.get(channel, 'outgoing');
  const id: unknown = typeof outgoing === 'object' && outgoing !== null ? Reflect.get(outgoing, 'id') : 0;
  return Number(id);
}

/** Sends the message until the host hangs up, or `enough` bytes are sent; gives how many bytes of messages that were. */
export async function flood(wire: Wire, bytes: Uint8Array, enough = Infinity): Promise<number> {
  const { socket } = wire;
  let sent = 0;
  let goOn = () => {};
  socket.on('drain', () => goOn()).on('close', () => goOn());
  while (sent < enough && !socket.destroyed && socket.writable) {
    for (let count = 0; count < 64; count += 1) wire.send(bytes);
    sent += 64 * bytes.length;
    await new Promise<void>(resolve => {
      goOn = resolve;
      if (!socket.writableNeedDrain) setImmediate(resolve);
    });
  }
  return sent;
}

/** Writes until the host has hung up. */
export function pour(socket: Socket, piece: Uint8Array): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}
