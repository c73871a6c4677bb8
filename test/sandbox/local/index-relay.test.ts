import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { indexUrl } from '../../../src/sandbox/agent/index-listener.ts';
import { type RelayOptions, serveIndexInside } from '../../../src/sandbox/local/index-relay.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { createFakeChannel, type FakeProgram } from '../agent/fake-channel.ts';

const index = async () => new Response();
const never = () => new AbortController().signal;
const forever = () => new Promise<never>(() => undefined);

/** Serves through an agent that is a function; gives what became of it and what is left in the folder. */
async function serve(agent: FakeProgram, limits: Partial<RelayOptions> = {}) {
  await using folder = await temporaryFolder();
  const channel = createFakeChannel(agent);
  const outcome = await serveIndexInside(channel, index, {
    relay: folder.path,
    signal: never(),
    ...limits,
  }).then(
    async served => {
      await served[Symbol.asyncDispose]();
      return served.url;
    },
    (error: Error) => error.message,
  );
  return { outcome, killed: channel.killed(), left: await readdir(folder.path) };
}

test('the index is served once the agent says that it listens, and leaves nothing', async () => {
  const agent: FakeProgram = ({ stdout }) => {
    stdout.write('.');
    return forever();
  };
  expect(await serve(agent)).toEqual({ outcome: indexUrl, killed: 1, left: [] });
});

test('an agent that never listens is waited for, but not for ever', async () => {
  expect(await serve(forever, { timeoutMs: 20 })).toEqual({
    outcome: 'the index cannot be served: nobody listens after 0.02 s',
    killed: 1,
    left: [],
  });
});

test('an agent that ends is told by its complaint', async () => {
  const { outcome, left } = await serve(async () => ({ code: 1, signal: null }));
  expect([outcome, left]).toEqual(['the index cannot be served: agent: complaint', []]);
});

test('an agent that never listens is not waited for when somebody aborts', async () => {
  const abort = new AbortController();
  const agent: FakeProgram = () => {
    abort.abort(new Error('interrupted'));
    return forever();
  };
  const { outcome, left } = await serve(agent, { signal: abort.signal, timeoutMs: 600_000 });
  expect([outcome, left]).toEqual(['interrupted', []]);
});
