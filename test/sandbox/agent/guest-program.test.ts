import { expect, test } from 'vitest';
import { askGuestProgram, runGuestProgram } from '../../../src/sandbox/agent/guest-program.ts';
import { createFakeChannel } from './fake-channel.ts';

const never = new AbortController().signal;
const argv = ['/run/agent/agent', 'tree'];
const nothing = new Uint8Array();
const silent = () => createFakeChannel(() => new Promise(() => undefined));

test('a guest that does not answer in time is an error, and its program is ended', async () => {
  const channel = silent();
  const asking = askGuestProgram(channel, argv, nothing, () => undefined, { signal: never, timeoutMs: 1 });
  await expect(asking).rejects.toMatchObject({
    kind: 'incomplete',
    message: '/run/agent/agent tree in the guest did not answer within 0.001 s',
  });
  expect(channel.killed()).toBeGreaterThan(0);
});

test('aborting ends the wait for an answer with the reason of the abort', async () => {
  const abort = new AbortController();
  const asking = askGuestProgram(silent(), argv, nothing, () => undefined, { signal: abort.signal });
  abort.abort(new Error('interrupted'));
  await expect(asking).rejects.toThrow('interrupted');
});

test('an answer may be as long as its cap and no longer', async () => {
  const channel = createFakeChannel(async ({ stdout }) => {
    stdout.write('12345678');
    return { code: 0, signal: null };
  });
  const run = (outputCap: number) =>
    runGuestProgram(channel, argv, { input: nothing, outputCap, signal: never });
  expect(await run(8)).toBe('12345678');
  await expect(run(7)).rejects.toMatchObject({
    kind: 'incomplete',
    message: '/run/agent/agent tree in the guest said more than it ever does',
  });
});

test('a program that fails is no bug of ours: what the guest says of it is told', async () => {
  const channel = createFakeChannel(() => Promise.resolve({ code: 70, signal: null }));
  const running = runGuestProgram(channel, argv, { input: nothing, outputCap: 8, signal: never });
  await expect(running).rejects.toMatchObject({
    kind: 'incomplete',
    message: '/run/agent/agent tree in the guest ended with 70: agent: complaint',
  });
});

test('a guest that is gone before a program starts is told with its words', async () => {
  const channel = { exec: () => Promise.reject(new Error('the guest hung up')) };
  const running = runGuestProgram(channel, argv, { input: nothing, outputCap: 8, signal: never });
  await expect(running).rejects.toMatchObject({
    kind: 'incomplete',
    message: '/run/agent/agent tree could not be started in the guest: the guest hung up',
  });
});

test('a guest that does not start a program in time is as one that does not answer', async () => {
  const exec = (_: unknown, signal: AbortSignal) =>
    new Promise<never>((__, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const limits = { signal: never, timeoutMs: 1 };
  const asking = askGuestProgram({ exec }, argv, nothing, () => undefined, limits);
  await expect(asking).rejects.toMatchObject({
    kind: 'incomplete',
    message: expect.stringContaining('did not answer'),
  });
});

test('a guest that is gone in the middle of its answer is told by how its program ended', async () => {
  const channel = createFakeChannel(async ({ stdout }) => {
    stdout.write('1234');
    stdout.destroy(new Error('broken'));
    return { code: null, signal: null };
  });
  const running = runGuestProgram(channel, argv, { input: nothing, outputCap: 8, signal: never });
  await expect(running).rejects.toMatchObject({
    kind: 'incomplete',
    message: '/run/agent/agent tree in the guest ended with null: agent: complaint',
  });
});
