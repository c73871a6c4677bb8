import type { Socket } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';

/** Has an eye on what a guest makes this process hold, and hangs up on it when that is more than an honest one could. */
export interface ConnectionWatch {
  /** Watches a channel until it closes. Throws when it may not be used: even one write to it might not end. */
  add(channel: ClientChannel): void;
  /** Hangs up, and says why to whoever asks. The first reason counts. */
  hangUp(reason: string): void;
  /** Why the guest was hung up on, if it was. */
  readonly reason: string | undefined;
}

/** Most that a guest may make this process hold. */
export interface WatchLimits {
  /**
   * Unread in one channel. ssh2 grants a channel 2 MiB when less than that is unread, so an honest guest never fills
   * twice that; what comes beyond it takes too (mscdex/ssh2#1505, open in 1.17.0).
   */
  readonly unreadBytes: number;
  /** Waiting for the guest to read them. Its windows let 2 MiB wait for each of the few channels there are. */
  readonly unsentBytes: number;
  /** Answers we wait for, and answers that wait for the end of a key exchange: a handful. */
  readonly waitingAnswers: number;
}

export const watchLimits: WatchLimits = {
  // One read of the socket more, because the look comes before it is taken apart.
  unreadBytes: 4 * 1024 * 1024 + 64 * 1024,
  unsentBytes: 64 * 1024 * 1024,
  waitingAnswers: 256,
};

/** SSH asks for 32 KiB (RFC 4253, 6.1). Given none, ssh2 cuts what it sends into packets of nothing, for ever. */
const minPacketBytes = 1024;
const tinyPackets = 'the guest wants packets of nearly nothing';

/** Call it before the client is given its socket, whose bytes are to be looked at before they are taken apart. */
export function watchConnection(client: Client, socket: Socket, limits: WatchLimits): ConnectionWatch {
  const channels = new Set<ClientChannel>();
  let reason: string | undefined;
  const hangUp = (why: string) => {
    reason ??= why;
    client.destroy();
    socket.destroy();
  };
  socket.on('data', () => {
    const excess = excessOf(client, socket, channels, limits);
    if (excess !== undefined) hangUp(excess);
  });
  return {
    add: channel => {
      channels.add(channel);
      channel.once('close', () => channels.delete(channel));
      // It can break by itself: data after the end of data is an error of the stream.
      channel.stderr.on('error', () => undefined);
      if (packetBytesOf(channel) >= minPacketBytes) return;
      hangUp(tinyPackets);
      throw new Error(tinyPackets);
    },
    hangUp,
    get reason() {
      return reason;
    },
  };
}

function excessOf(
  client: Client,
  socket: Socket,
  channels: Iterable<ClientChannel>,
  limits: WatchLimits,
): string | undefined {
  if (socket.writableLength > limits.unsentBytes) return 'the guest does not read its answers';
  if (waitingAnswersOf(client) > limits.waitingAnswers) return 'the guest asks without end';
  for (const { readableLength, stderr } of channels) {
    if (readableLength + stderr.readableLength > limits.unreadBytes) return 'the guest sent more than it may';
  }
  return undefined;
}

/** Not in ssh2's types. That they are still called so, the tests of a guest that floods them say. */
function waitingAnswersOf(client: Client): number {
  const queue = memberOf(memberOf(client, '_protocol'), '_queue');
  return lengthOf(memberOf(client, '_callbacks')) + lengthOf(queue);
}

function packetBytesOf(channel: ClientChannel): number {
  const bytes = memberOf(memberOf(channel, 'outgoing'), 'packetSize');
  return typeof bytes === 'number' ? bytes : 0;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
