import { describe, expect, test } from 'vitest';
import { toText } from '../../../src/report/to-text.ts';
import { EvidenceReader } from '../../../src/sandbox/agent/evidence-reader.ts';
import { numbered, streamBytes } from '../agent/guest-frames.ts';
import {
  endedWell,
  finish,
  honestFrames,
  honestStream,
  type Lies,
  type Play,
  runAgainst,
} from './guest-agent.ts';
import { startGuest } from './hostile-guest.ts';
import { flood, idOf, message, ssh } from './ssh-wire.ts';

/** The lie is told in the third of seven commands. */
function inTheThird(tell: (play: Play) => void): Lies {
  return {
    run: play => {
      if (play.count !== 3) return false;
      tell(play);
      return true;
    },
  };
}

test('an honest guest gives a run that is complete and clean', async () => {
  const { run, statuses } = await runAgainst({});
  expect(run.verdict).toMatchObject({ integrity: 'complete', behaviour: 'clean' });
  expect(new Set(Object.values(statuses))).toEqual(new Set(['passed']));
});

describe('a run is never complete, and nothing found in it is never clean, when the guest', () => {
  let replayed: Buffer = Buffer.alloc(0);
  const replaying: Lies = {
    run: ({ count, channel, honest }) => {
      if (count === 2) replayed = honest;
      if (count !== 3) return false;
      finish(channel, replayed);
      return true;
    },
  };
  const spoof = (play: Play) => {
    const forged = streamBytes([{ seq: 2, ...endedWell }]);
    const stream = streamBytes(numbered([{ hello: {} }, { chunk: { stream: 1, bytes: forged } }]));
    finish(play.channel, stream);
  };
  const swap = ({ channel, nonce }: Play) => {
    const [greeting = {}, trace = {}, ended = {}, trailer = {}] = honestFrames(nonce);
    finish(channel, streamBytes([greeting, ended, trace, trailer]));
  };
  const cases: Readonly<Record<string, readonly [Lies, 'incomplete' | 'crashed', RegExp]>> = {
    'cuts its stream in the middle': [
      inTheThird(({ channel, honest }) => finish(channel, honest.subarray(0, honest.length / 2))),
      'incomplete',
      /before its trailer/,
    ],
    'ends well by its exit code only': [
      inTheThird(({ channel }) => finish(channel, Buffer.alloc(0))),
      'incomplete',
      /the agent said nothing/,
    ],
    'replays what an earlier command gave': [replaying, 'incomplete', /the nonce is not/],
    'says its end before what it traced': [inTheThird(swap), 'incomplete', /frame 2 stood where 1 belongs/],
    'writes a trailer where output belongs': [inTheThird(spoof), 'incomplete', /lost/],
    'says more after its trailer': [
      inTheThird(({ channel, honest }) => finish(channel, Buffer.concat([honest, honest]))),
      'incomplete',
      /after the end/,
    ],
    'never ends the command': [
      inTheThird(({ channel, honest }) => void channel.write(honest.subarray(0, 20))),
      'incomplete',
      /did not end the command in time/,
    ],
    'never ends the command and says a byte now and then': [
      inTheThird(({ channel, honest, wire }) => {
        let at = 0;
        const timer = setInterval(() => {
          channel.write(honest.subarray(at, at + 1));
          at = Math.min(at + 1, 20);
        }, 20);
        wire.socket.on('close', () => clearInterval(timer));
      }),
      'incomplete',
      /lost/,
    ],
    'exchanges keys again and again': [
      inTheThird(({ wire }) => {
        const timer = setInterval(() => wire.rekey(), 5);
        wire.socket.on('close', () => clearInterval(timer));
      }),
      'incomplete',
      /did not end the command in time/,
    ],
    'floods the command’s channel': [
      inTheThird(
        ({ channel, wire }) => void flood(wire, message(ssh.data, idOf(channel), new Uint8Array(1000))),
      ),
      'incomplete',
      /a frame could not be read/,
    ],
    'says its trailer and leaves the channel open': [
      inTheThird(({ channel, honest }) => void channel.write(honest)),
      'incomplete',
      /did not end the command in time/,
    ],
    'hangs up in the middle': [
      inTheThird(({ wire }) => void wire.socket.destroy()),
      'crashed',
      /the machine stopped answering/,
    ],
    'says nothing any more, not even that it lives': [
      inTheThird(({ wire }) => void wire.socket.pause()),
      'crashed',
      /stopped answering/,
    ],
  };

  // Most of them wait for the end of the host's patience: together, that is one wait.
  test.concurrent.each(Object.entries(cases))('%s', async (_name, [lies, integrity, reason]) => {
    const { run, task } = await runAgainst(lies);
    expect(run.verdict).toMatchObject({ integrity, behaviour: 'note' });
    expect(run.verdict.reasons.join('; ')).toMatch(reason);
    expect(run.tasks).toHaveLength(7);
    expect(task('fetch')?.status).toBe('passed');
  });
});

test('a trailer and an end of data are the whole evidence, though the channel is not closed', async () => {
  const { run } = await runAgainst(
    inTheThird(({ channel, wire, honest }) => {
      channel.write(honest);
      wire.send(message(ssh.eof, idOf(channel)));
    }),
  );
  expect(run.verdict.integrity).toBe('complete');
});

test('a clock that lies moves times, never their order, and ends nothing', async () => {
  const clocks = ['1700000000000000000', '0', '18446744073709551615', '1', '1700000000000000001'];
  const { run, writer } = await runAgainst({
    run: ({ count, channel, nonce }) => {
      finish(channel, honestStream(nonce, { startedUnixNs: clocks[count % clocks.length] ?? '0' }));
      return true;
    },
  });
  expect(run.verdict.integrity).toBe('complete');
  const seqs = writer.events.map(({ event }) => event.seq);
  expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
  for (const { started_ns, duration_ms } of run.tasks) {
    expect(Number.isFinite(started_ns) && Number.isFinite(duration_ms)).toBe(true);
  }
});

test('names of the guest’s choosing are text in the run, and nothing else', async () => {
  const hostile = ['../../../../tmp/x', 'CON', 'a\0b', '\u001b[2J\u202e', `/${'x'.repeat(4095)}`];
  const survivors = hostile.map((command, pid) => ({ pid, command: Buffer.from(command) }));
  const { run, writer } = await runAgainst({
    run: ({ channel, nonce }) => {
      finish(channel, honestStream(nonce, {}, { exit: { code: 0, caps: hostile.slice(0, 3), survivors } }));
      return true;
    },
    tree: hostile.map(path => ({ path: Buffer.from(path), type: 1, ctimeNs: '1' })),
  });
  const survived = run.tasks[0]?.survivors.map(({ command }) => command) ?? [];
  expect(survived.slice(0, 2)).toEqual(hostile.slice(0, 2));
  expect([...writer.raw.keys()].every(key => /^[a-z-]+\/(trace|stdout|stderr|hint)$/.test(key))).toBe(true);
  const options = { colour: false, width: 100, verbose: true };
  const text = toText({ runs: [{ run, exitCode: 0 }], exitCode: 0, failOn: 'medium', text: options });
  expect(['\0', '\u001b', '\u202e'].filter(control => text.includes(control))).toEqual([]);
});

test('a channel that is cut at any byte of a command’s stream leaves an incomplete run', async () => {
  const nonce = Buffer.alloc(16);
  const whole = honestStream(nonce);
  let length = 0;
  await using guest = await startGuest({
    onExec: (_, accept) => finish(accept(), whole.subarray(0, length)),
  });
  const channel = await guest.connect();
  const ends = new Set<string>();
  for (; length < whole.length; length += 1) {
    const program = await channel.exec(['x'], new AbortController().signal);
    const reader = new EvidenceReader({ nonce, traceBytes: 0, outputBytes: 0 });
    for await (const part of program.stdout) reader.push(part);
    ends.add(reader.end()[0]?.kind ?? 'none');
    expect(await program.closed).toEqual({ code: 0, signal: null });
  }
  expect(ends).toEqual(new Set(['lost']));
});
