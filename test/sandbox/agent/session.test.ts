import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { EvidenceFrame, TracedCommand } from '../../../src/model/evidence.ts';
import type { Machine } from '../../../src/model/run.ts';
import type { GuestChannel } from '../../../src/sandbox/agent/channel.ts';
import { createAgentSession } from '../../../src/sandbox/agent/session.ts';
import { createFakeChannel, type FakeProgram, nonceOf } from './fake-channel.ts';
import { bye, chunk, exit, hello, numbered, type PlainFrame, streamBytes } from './guest-frames.ts';

const machine: Machine = {
  backend: 'memory',
  platform: 'none/none',
  image: 'none',
  accelerator: 'none',
  boundary: 'weak',
  hostname: 'host',
  user: 'robin',
  home: '/home/robin',
};

const command: TracedCommand = {
  task: 'any',
  phase: 'start',
  argv: ['true'],
  cwd: '/',
  env: {},
  user: 'user',
  network: 'deny',
  limits: {
    wallMs: 60_000,
    processes: 1,
    memoryBytes: 1,
    fileBytes: 1,
    outputBytes: 0,
    traceBytes: 0,
    lingerMs: 0,
  },
  tty: false,
};

const never = new AbortController().signal;

function sessionOver(channel: GuestChannel) {
  return createAgentSession(channel, machine, {
    serveIndex: () => Promise.reject(new Error('no index here')),
    dispose: () => Promise.resolve(),
  });
}

/** An agent that answers its request with these bodies, the nonce of the request in its hello. */
function answering(bodies: readonly PlainFrame[]): FakeProgram {
  return async ({ stdin, stdout }) => {
    const [request] = await once(stdin, 'data');
    const [first, ...rest] = bodies;
    const greeting = { hello: { ...Object(first?.['hello']), nonce: nonceOf(request) } };
    stdout.write(streamBytes(numbered([greeting, ...rest])));
    return { code: 0, signal: null };
  };
}

async function kindsOf(frames: AsyncIterable<EvidenceFrame>): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const frame of frames) kinds.push(frame.kind === 'lost' ? `lost: ${frame.reason}` : frame.kind);
  return kinds;
}

describe('running a command', () => {
  test('gives the evidence of an honest agent and ends its program', async () => {
    const channel = createFakeChannel(
      answering([hello, chunk('stdout', 'x'), exit, bye(3, { stdout: 'x' })]),
    );
    const kinds = await kindsOf(sessionOver(channel).run(command, never));
    expect(kinds).toEqual(['hello', 'chunk', 'exit', 'bye']);
    expect(channel.killed()).toBe(1);
  });

  test('says what the agent complained of when it says nothing else', async () => {
    const channel = createFakeChannel(() => Promise.resolve({ code: 78, signal: null }));
    const kinds = await kindsOf(sessionOver(channel).run(command, never));
    expect(kinds).toEqual(['lost: the agent said nothing (agent: complaint)']);
  });

  test('is lost when the program cannot be started', async () => {
    const channel: GuestChannel = { exec: () => Promise.reject(new Error('no way in')) };
    const kinds = await kindsOf(sessionOver(channel).run(command, never));
    expect(kinds).toEqual(['lost: the agent could not be started: Error: no way in']);
  });

  test('is lost when it is aborted, also before it began', async () => {
    const abort = new AbortController();
    const silent = createFakeChannel(() => new Promise(() => undefined));
    setTimeout(() => abort.abort(), 10);
    expect(await kindsOf(sessionOver(silent).run(command, abort.signal))).toEqual(['lost: aborted']);
    const kinds = await kindsOf(sessionOver(silent).run(command, abort.signal));
    expect(kinds[0]).toMatch(/^lost: the agent could not be started/);
  });

  test('ends when the session is disposed of', async () => {
    const session = sessionOver(createFakeChannel(() => new Promise(() => undefined)));
    const kinds = kindsOf(session.run(command, never));
    await session[Symbol.asyncDispose]();
    expect((await kinds).length).toBe(1);
  });
});

describe('putting a file', () => {
  const storing: FakeProgram = async ({ stdin, stdout }) => {
    const parts: Uint8Array[] = [];
    for await (const part of stdin) parts.push(Buffer.from(part));
    stdout.write(`${createHash('sha256').update(Buffer.concat(parts)).digest('hex')}\n`);
    return { code: 0, signal: null };
  };

  test('succeeds when the guest has the same bytes', async () => {
    await sessionOver(createFakeChannel(storing)).put('a', Buffer.from('content'), never);
  });

  test('fails when the guest says so, and when it has others, and neither is a bug of ours', async () => {
    const full = createFakeChannel(async streams => ({ ...(await storing(streams)), code: 1 }));
    const put = (channel: GuestChannel) => sessionOver(channel).put('a', Buffer.from('x'), never);
    await expect(put(full)).rejects.toMatchObject({
      kind: 'incomplete',
      message: expect.stringContaining('ended with 1'),
    });
    const other = createFakeChannel(async ({ stdout }) => {
      stdout.write('00\n');
      return { code: 0, signal: null };
    });
    await expect(put(other)).rejects.toMatchObject({
      kind: 'incomplete',
      message: expect.stringContaining('a did not arrive'),
    });
  });

  test('refuses a name that is a path', async () => {
    const put = (name: string) => sessionOver(createFakeChannel(storing)).put(name, Buffer.from(''), never);
    for (const name of ['../x', 'a/b', '', 'a b', 'a\n', 'x'.repeat(256)]) {
      await expect(put(name)).rejects.toThrow('not a name for the inbox');
    }
    await put('x'.repeat(255));
  });
});

describe('listing the tree', () => {
  const entry = (path: string) => ({
    path: Buffer.from(path),
    type: 1,
    bytes: 5,
    mode: 0o644,
    ctimeNs: '12',
  });

  test('gives what the agent saw, sorted', async () => {
    const entries = [entry('/b'), { ...entry('/a'), type: 3, target: Buffer.from('b') }];
    const channel = createFakeChannel(
      answering([hello, { tree: { entries } }, { bye: { frames: 2, entries: 2 } }]),
    );
    expect(await sessionOver(channel).listTree(never)).toEqual([
      { path: '/a', type: 'symlink', bytes: 5, mode: 0o644, uid: 0, gid: 0, ctime_ns: 12n, target: 'b' },
      { path: '/b', type: 'file', bytes: 5, mode: 0o644, uid: 0, gid: 0, ctime_ns: 12n },
    ]);
  });

  test('fails when entries are missing or the end is', async () => {
    const entries = [entry('/b')];
    const list = (bodies: readonly PlainFrame[]) =>
      sessionOver(createFakeChannel(answering(bodies))).listTree(never);
    await expect(list([hello, { tree: { entries } }, { bye: { entries: 2 } }])).rejects.toThrow('in number');
    await expect(list([hello, { tree: { entries } }])).rejects.toThrow('before its trailer');
    await expect(list([hello, chunk('stdout', 'x')])).rejects.toThrow('another question');
  });

  /** An agent that says hello and then the same frame for ever. */
  const endless = (body: PlainFrame) =>
    createFakeChannel(async ({ stdin, stdout }) => {
      const [request] = await once(stdin, 'data');
      const greeting = { hello: { ...Object(hello['hello']), nonce: nonceOf(request) } };
      stdout.write(streamBytes(numbered([greeting])));
      for (let seq = 1; !stdout.destroyed; seq += 1) {
        const frame = streamBytes([{ seq, ...body }]);
        await new Promise(resolve => stdout.write(frame, resolve));
      }
      return { code: null, signal: 'SIGPIPE' };
    });

  test('ends the agent at more files than are looked at, which is a cap', async () => {
    const entries = Array.from({ length: 100 }, () => entry(`/${'x'.repeat(8000)}`));
    const channel = endless({ tree: { entries } });
    await expect(sessionOver(channel).listTree(never)).rejects.toMatchObject({ cap: 'tree-size' });
    expect(channel.killed()).toBe(1);
  });

  test('ends the agent at the first thing that it never says', async () => {
    const channel = endless(chunk('stdout', 'x'));
    await expect(sessionOver(channel).listTree(never)).rejects.toThrow('another question');
    expect(channel.killed()).toBe(1);
  });
});
