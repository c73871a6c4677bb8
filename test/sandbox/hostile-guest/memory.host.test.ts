import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { maxMessageBytes } from '../../../src/sandbox/agent/protocol.ts';
import { treeLimits } from '../../../src/sandbox/agent/tree/tree-limits.ts';
import { frameBytes, hello, numbered, streamBytes } from '../agent/guest-frames.ts';
import { finish, onRequest } from './guest-agent.ts';
import { type GuestBehaviour, startGuest } from './hostile-guest.ts';
import { flood, idOf, message, pour, ssh } from './ssh-wire.ts';

/** The heap that the host gets, and the most memory it may have taken in all: the TypeScript loader is 130 of it. */
const heapMiB = 128;
const capMiB = 300;
/** What a guest sends that would take more than that if it were kept. */
const floodBytes = 256 * 1024 * 1024;
/** No frame is that long. */
const noise = Buffer.alloc(20, 0xff);
/** The same where the files of a guest are looked at. */
const treeHeapMiB = 768;
const treeCapMiB = 1024;

async function victimOf(behaviour: GuestBehaviour, how: 'read' | 'unread' | 'trees', heap = heapMiB) {
  await using guest = await startGuest(behaviour);
  const script = new URL('victim.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[`--max-old-space-size=${heap}`, '--import', 'tsx', script],
    ...[guest.socketPath, JSON.stringify(guest.keys), how],
  ]);
  const { end, complaint, peakMiB } = JSON.parse(stdout);
  return { end: String(end), complaint: String(complaint), peakMiB: Number(peakMiB) };
}

test('a guest that ignores its window costs its host no more than the window', async () => {
  const behaviour: GuestBehaviour = {
    onExec: (_, accept, wire) => void flood(wire, message(ssh.data, idOf(accept()), Buffer.alloc(30_000))),
  };
  const { complaint, peakMiB } = await victimOf(behaviour, 'unread');
  expect(complaint).toBe('the guest sent more than it may');
  expect(peakMiB).toBeLessThan(capMiB);
});

test('half a million entries in one frame cost no more than that', async () => {
  const body = Buffer.concat([
    Buffer.from([0x80, 0x80, 0x40, 0x32, 0xfa, 0xff, 0x3f]),
    Buffer.alloc(maxMessageBytes - 4, Buffer.from([0x0a, 0x00])),
  ]);
  const stream = Buffer.concat([streamBytes(numbered([hello])), body]);
  const { end, peakMiB } = await victimOf({ onExec: (_, accept) => finish(accept(), stream) }, 'read');
  expect(end).toBe('a frame could not be read');
  expect(peakMiB).toBeLessThan(capMiB);
});

test('complaints without end, and output that is none, cost nothing', async () => {
  const behaviour: GuestBehaviour = {
    onExec: async (_, accept) => {
      const channel = accept();
      const piece = Buffer.alloc(64 * 1024);
      for (let sent = 0; sent < floodBytes; sent += piece.length) {
        await new Promise<void>(resolve => channel.stderr.write(piece, () => resolve()));
      }
      finish(channel, noise);
    },
  };
  const { end, peakMiB } = await victimOf(behaviour, 'read');
  expect(end).toBe('a frame has no sensible length');
  expect(peakMiB).toBeLessThan(capMiB);
});

/** Says the message until all of the flood is sent; what then comes as evidence shows that the host has read it all. */
const flooding = (bytes: Uint8Array): GuestBehaviour => ({
  onExec: async (_, accept, wire) => {
    const channel = accept();
    wire.onRefusal(() => undefined);
    await flood(wire, bytes, floodBytes);
    finish(channel, noise);
  },
});
const filler = 'x'.repeat(30_000);

test.each<readonly [string, GuestBehaviour, RegExp]>([
  ['greetings', { onSocket: socket => pour(socket, Buffer.from('welcome\r\n'.repeat(10_000))) }, /greeting/],
  ['messages to be ignored', flooding(message(ssh.ignore, filler)), /a frame has no sensible length/],
  [
    'channels that it opens',
    flooding(message(ssh.channelOpen, 'forwarded-tcpip', 7, 1000, 1000, '127.0.0.1', 80, filler, 5)),
    /a frame has no sensible length/,
  ],
])('%s without end cost nothing', async (_name, behaviour, reason) => {
  const { end, peakMiB } = await victimOf(behaviour, 'read');
  expect(end).toMatch(reason);
  expect(peakMiB).toBeLessThan(capMiB);
});

test('trees as large as they may be, new at every look, cost no more than the three that a run holds', async () => {
  const perFrame = 500;
  const path = 'x'.repeat(100);
  const entry = (index: number) => ({
    ...{ path: Buffer.from(`/${index}/${path}`), type: 1, mode: 0o644, ctimeNs: String(index), bytes: '1' },
    ...{ sha256: Buffer.alloc(32, index), device: '5', inode: String(index), links: 2 },
  });
  const root = { path: Buffer.from('/'), type: 2, ctimeNs: '1', whole: true };
  const frames = Array.from({ length: treeLimits.entries / perFrame }, (_, frame) => {
    const entries = Array.from({ length: perFrame }, (_, index) => entry(frame * perFrame + index));
    return frameBytes({
      seq: frame + 1,
      tree: { entries: frame === 0 ? [root, ...entries.slice(1)] : entries },
    });
  });
  const seq = frames.length + 1;
  const ends = [
    [frameBytes({ seq, bye: { frames: seq, entries: treeLimits.entries } })],
    [frameBytes({ seq, tree: { entries: [entry(0)] } })],
  ];
  let looks = 0;
  const behaviour: GuestBehaviour = {
    onExec: (_, accept) => {
      const channel = accept();
      onRequest(channel, nonce => {
        looks += 1;
        const greeting = streamBytes(numbered([{ hello: { ...Object(hello['hello']), nonce } }]));
        finish(channel, Buffer.concat([greeting, ...frames, ...(ends[looks > 2 ? 1 : 0] ?? [])]));
      });
    },
  };
  const { end, peakMiB } = await victimOf(behaviour, 'trees', treeHeapMiB);
  const { entries } = treeLimits;
  expect(end).toBe(`${entries} ${entries} tree-size`);
  expect(peakMiB).toBeLessThan(treeCapMiB);
});
