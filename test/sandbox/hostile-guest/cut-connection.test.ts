import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvidenceFrame } from '../../../src/model/evidence.ts';
import { EvidenceReader } from '../../../src/sandbox/agent/evidence-reader.ts';
import { connectGuest } from '../../../src/sandbox/qemu/connect-guest.ts';
import { nonce } from '../agent/guest-frames.ts';
import { finish, honestStream } from './guest-agent.ts';
import { type HostileGuest, startGuest } from './hostile-guest.ts';

const honest = honestStream(nonce);
const never = Number.POSITIVE_INFINITY;

/** After how many bytes of the guest's a connection breaks: since its beginning, or since the guest took the command. */
interface Cut {
  readonly since: 'beginning' | 'command';
  readonly bytes: number;
}

describe('a connection that is cut', () => {
  let guest: HostileGuest;
  let hasCommand = false;
  beforeAll(async () => {
    guest = await startGuest({
      onExec: (_, accept) => {
        hasCommand = true;
        finish(accept(), honest);
      },
    });
  });
  afterAll(() => guest[Symbol.asyncDispose]());

  /** Runs a command over it: what it came to, and how many bytes the guest said before and since it took the command. */
  async function runOver(cut: Cut) {
    hasCommand = false;
    const said = { beginning: 0, command: 0 };
    const path = `${guest.socketPath}-cut`;
    const cutter = createServer(host => {
      const inner = connect(guest.socketPath);
      host.pipe(inner);
      inner.on('data', part => {
        const since = hasCommand ? 'command' : 'beginning';
        const left = since === cut.since ? cut.bytes - said[since] : never;
        said[since] += part.length;
        host.write(part.subarray(0, left));
        if (part.length >= left) host.destroySoon();
      });
      for (const end of [host, inner]) {
        end.on('error', () => undefined).on('close', () => [host, inner].map(one => one.destroy()));
      }
    });
    await new Promise<void>(resolve => cutter.listen(path, resolve));
    const frames = await evidenceOver(path).catch(() => 'refused' as const);
    await new Promise<void>(resolve => cutter.close(() => resolve()));
    return { frames, said };
  }

  async function evidenceOver(path: string): Promise<readonly EvidenceFrame[]> {
    const signal = AbortSignal.timeout(20_000);
    const channel = await connectGuest(path, guest.keys, { readyTimeoutMs: 5000, signal });
    try {
      const program = await channel.exec(['x'], signal);
      const reader = new EvidenceReader({ nonce, traceBytes: 0, outputBytes: 0 });
      const frames: EvidenceFrame[] = [];
      for await (const part of program.stdout) frames.push(...reader.push(part));
      await program.closed;
      return [...frames, ...reader.end()];
    } finally {
      await channel.close();
    }
  }

  test('before a command could be sent is an error, and no evidence', async () => {
    const { said } = await runOver({ since: 'beginning', bytes: never });
    expect(said.beginning).toBeGreaterThan(1000);
    // Exchanging keys takes most of a connection's time: a dozen places stand for all.
    for (let bytes = 1; bytes < said.beginning; bytes += Math.ceil(said.beginning / 12)) {
      expect((await runOver({ since: 'beginning', bytes })).frames).toBe('refused');
    }
  });

  test('at any byte of a command’s gives evidence that is lost, or all of it', async () => {
    const whole = await runOver({ since: 'command', bytes: never });
    expect(whole.frames).toContainEqual({ kind: 'bye' });
    const ends: unknown[] = [];
    for (let bytes = 1; bytes <= whole.said.command; bytes += 1) {
      const { frames } = await runOver({ since: 'command', bytes });
      const end = frames === 'refused' ? frames : frames.at(-1)?.kind;
      if (end === 'bye') expect(frames).toEqual(whole.frames);
      ends.push(end);
    }
    // The last message says that the channel is closed: all evidence was there before it.
    const firstWhole = ends.indexOf('bye');
    expect(firstWhole).toBeGreaterThan(honest.length);
    expect(ends.slice(0, firstWhole)).not.toContain('bye');
    expect(new Set(ends.slice(firstWhole))).toEqual(new Set(['bye']));
    expect(new Set(ends)).toEqual(new Set(['refused', 'lost', 'bye']));
  });
});
