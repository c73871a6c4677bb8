import { createHash } from 'node:crypto';
import type { ServerChannel } from 'ssh2';
import type { Machine } from '../../../src/model/run.ts';
import { recipeNamed } from '../../../src/runner/recipes.ts';
import { createAgentSession } from '../../../src/sandbox/agent/session.ts';
import { live } from '../../runner/live.ts';
import { nonceOf } from '../agent/fake-channel.ts';
import { bye, chunk, hello, numbered, type PlainFrame, streamBytes } from '../agent/guest-frames.ts';
import { type GuestBehaviour, startGuest } from './hostile-guest.ts';
import type { Wire } from './ssh-wire.ts';

/** What the guest has at hand when a command of the payload is run. */
export interface Play {
  /** Which command of the run it is, from 1. */
  readonly count: number;
  readonly channel: ServerChannel;
  readonly wire: Wire;
  readonly nonce: Uint8Array;
  /** What an honest agent would answer. */
  readonly honest: Buffer;
}

/** What differs from an honest guest. */
export interface Lies {
  /** Answers a command of the payload; false leaves it to the honest agent. */
  readonly run?: (play: Play) => boolean;
  /** The files that it says it has. */
  readonly tree?: readonly PlainFrame[];
  readonly guest?: GuestBehaviour;
}

const line = '10 getpid\n';
export const endedWell: PlainFrame = { exit: { code: 0, durationMs: 40 } };

/** The bytes of a command that went well, with a hello of these fields. */
export function honestStream(nonce: Uint8Array, fields?: PlainFrame, ended?: PlainFrame): Buffer {
  return streamBytes(honestFrames(nonce, fields, ended));
}

/** The frames of the same: a hello, a line of trace, an end and a trailer. */
export function honestFrames(
  nonce: Uint8Array,
  fields: PlainFrame = {},
  ended: PlainFrame = endedWell,
): readonly PlainFrame[] {
  const greeting = { hello: { ...Object(hello['hello']), nonce, ...fields } };
  return numbered([greeting, chunk('trace', line), ended, bye(3, { trace: line })]);
}

/** Ends a program of the guest as an honest one ends. */
export function finish(channel: ServerChannel, bytes: Uint8Array, code = 0): void {
  channel.write(bytes);
  channel.exit(code);
  channel.end();
}

/** A guest whose agent is honest but for its lies. */
export function guestWith(lies: Lies): GuestBehaviour {
  let count = 0;
  return {
    ...lies.guest,
    onExec: (command, accept, wire) => {
      const channel = accept();
      if (command.includes("'put'")) answerPut(channel);
      else if (command.includes("'tree'"))
        onRequest(channel, nonce => finish(channel, treeOf(nonce, lies.tree)));
      else {
        onRequest(channel, nonce => {
          count += 1;
          const honest = honestStream(nonce);
          if (lies.run?.({ count, channel, wire, nonce, honest }) !== true) finish(channel, honest);
        });
      }
    },
  };
}

/** Answers a program's first request, by the nonce in it. */
export function onRequest(channel: ServerChannel, answer: (nonce: Uint8Array) => void): void {
  channel.once('data', (request: Buffer) => answer(nonceOf(request)));
}

function answerPut(channel: ServerChannel): void {
  const hash = createHash('sha256');
  channel.on('data', (part: Buffer) => hash.update(part));
  channel.on('end', () => finish(channel, Buffer.from(`${hash.digest('hex')}\n`)));
}

function treeOf(nonce: Uint8Array, entries: readonly PlainFrame[] = []): Buffer {
  const greeting = { hello: { ...Object(hello['hello']), nonce } };
  return streamBytes(
    numbered([greeting, { tree: { entries } }, { bye: { frames: 2, entries: entries.length } }]),
  );
}

export const machine: Machine = {
  backend: 'qemu',
  platform: 'none/none',
  image: 'none',
  accelerator: 'tcg',
  boundary: 'weak',
  hostname: 'host',
  user: 'robin',
  home: '/home/robin',
};

/**
 * A whole run against such a guest: SSH, evidence, runner, verdict. Its patience is short: only what a lie makes the host
 * wait for is waited for.
 */
export async function runAgainst(lies: Lies) {
  await using guest = await startGuest(guestWith(lies));
  const channel = await guest.connect({ answerMs: 5000, closeMs: 50, keepaliveMs: 250, keepaliveCount: 20 });
  const session = createAgentSession(channel, machine, {
    serveIndex: channel.serveIndex,
    dispose: () => channel.close(),
    patienceMs: 2000,
  });
  const quick = recipeNamed('quick');
  const brief = quick.tasks.map(task => ({ ...task, limits: { ...task.limits, wallMs: 1, lingerMs: 0 } }));
  return await live({}, { session, recipe: { name: 'quick', tasks: brief } });
}
