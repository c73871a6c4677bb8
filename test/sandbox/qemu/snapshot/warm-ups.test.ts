import { expect, test } from 'vitest';
import { warmUp } from '../../../../src/sandbox/qemu/snapshot/warm-ups.ts';
import { createFakeChannel } from '../../agent/fake-channel.ts';

const never = new AbortController().signal;

test('a program that the guest lacks is named, with what the guest said and what to mend', async () => {
  const channel = createFakeChannel(async ({ argv }) => ({
    code: argv[0] === '/bin/sh' ? 127 : 0,
    signal: null,
  }));
  await expect(warmUp(channel, never)).rejects.toMatchObject({
    kind: 'host',
    message: expect.stringMatching(/warmed up: "\/bin\/sh -c .*gcc.*" ended with 127/),
    help: expect.stringMatching(/recipe \(images\/\).*\nthe guest said:\nagent: complaint$/s),
  });
});
