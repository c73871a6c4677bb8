import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { EvidenceFrame, EvidenceStream, TracedCommand } from '../../../src/model/evidence.ts';
import { createMemorySandbox, type MemoryGuest } from '../../../src/sandbox/memory/sandbox.ts';
import { describeSandbox } from '../../contract/sandbox.ts';

type Exit = Extract<EvidenceFrame, { kind: 'exit' }>;

function chunk(stream: EvidenceStream, text: string): EvidenceFrame {
  return { kind: 'chunk', stream, bytes: Buffer.from(text) };
}

function exit(changes: Partial<Exit> = {}): EvidenceFrame {
  const well = { code: 0, signal: null, timedOut: false, caps: [], survivors: [], durationMs: 1 };
  return { kind: 'exit', ...well, ...changes };
}

const trace = chunk(
  'trace',
  '9 execve("/bin/sh", ["/bin/sh", "-c", "> /tmp/traced"]) = 0\n9 +++ exited with 0 +++\n',
);
const full = (stream: EvidenceStream) => chunk(stream, 'x'.repeat(64 * 1024));
const facts = 'robin\nTracerPid:\t0\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n/sbin/init\n\n';

/** What the commands of the contract do, by task. */
const endings: Readonly<Record<string, readonly EvidenceFrame[]>> = {
  prints: [chunk('stdout', 'out\n'), chunk('stderr', 'err\n'), chunk('hint', 'hint\n'), exit()],
  names: [chunk('stdout', 'out\nunread\n'), chunk('stderr', 'err\n'), exit()],
  traced: [trace, exit()],
  exits: [exit({ code: 7 })],
  dies: [exit({ code: null, signal: 'SIGSEGV' })],
  missing: [chunk('stderr', 'cannot start /no/such/program'), exit({ code: 127 })],
  hangs: [exit({ code: null, signal: 'SIGKILL', timedOut: true })],
  looks: [chunk('stdout', '3\n'), exit()],
  leaves: [exit({ survivors: [{ pid: 9, command: 'sleep 4321' }] })],
  'floods 1': [full('stdout'), exit({ caps: ['stdout-bytes'] })],
  'floods 2': [full('stderr'), exit({ caps: ['stderr-bytes'] })],
  'floods 3': [full('hint'), exit({ caps: ['hint-bytes'] })],
  fills: [full('stdout'), full('stderr'), full('hint'), exit()],
  drowns: [exit({ caps: ['trace-bytes'] })],
  connects: [chunk('stdout', 'refused\nrefused\n'), exit()],
  asks: [chunk('stdout', facts), exit()],
  terminal: [trace, chunk('stdout', 'yes\r\n'), exit()],
  works: [chunk('stdout', 'on\n'), exit()],
};

async function* imitate(
  command: TracedCommand,
  guest: MemoryGuest,
  signal: AbortSignal,
): AsyncGenerator<EvidenceFrame> {
  yield { kind: 'hello', tracer: 'none', tracerArgv: [], kernel: 'none', startedUnixNs: 0n };
  yield* endings[command.task] ?? imitateState(command.task, guest);
  if (command.task === 'waits' || command.task === 'stops') {
    yield chunk('stdout', 'on\n');
    await wait(600_000, undefined, { signal }).catch(() => undefined);
  }
  yield { kind: 'bye' };
}

async function* imitateState(task: string, guest: MemoryGuest): AsyncGenerator<EvidenceFrame> {
  if (task === 'creates') guest.files.set('/tmp/created', Buffer.from('12345'));
  if (task === 'reads') {
    const content = guest.files.get('/inbox/hello-1.0+x.txt');
    yield chunk('stdout', Buffer.from(content ?? []).toString());
    yield chunk('stderr', 'permission denied');
  }
  if (task === 'fetches') {
    const answer = await guest.index?.(new Request('http://127.0.0.1:3141/simple/'));
    yield chunk('stdout', answer ? `${await answer.text()}\n` : 'refused');
  }
  yield exit();
}

describeSandbox('memory sandbox', { create: () => createMemorySandbox(imitate), platform: 'none/none' });

describe('a behaviour', () => {
  const command: TracedCommand = {
    task: 'any',
    phase: 'start',
    argv: ['true'],
    cwd: '/',
    env: {},
    user: 'user',
    network: 'deny',
    limits: {
      wallMs: 1,
      processes: 1,
      memoryBytes: 1,
      fileBytes: 1,
      outputBytes: 1,
      traceBytes: 1,
      lingerMs: 1,
    },
    tty: false,
  };
  const play = async (frames: readonly EvidenceFrame[]) => {
    const signal = new AbortController().signal;
    const session = await createMemorySandbox(() => frames).restore('none/none', signal);
    return collect(session.run(command, signal));
  };

  test('that ends without a trailer is lost', async () => {
    expect(await play([exit()])).toEqual([
      exit(),
      { kind: 'lost', reason: 'the behaviour ended without a trailer' },
    ]);
  });

  test('that goes on after its trailer is not heard', async () => {
    expect(await play([{ kind: 'bye' }, exit()])).toEqual([{ kind: 'bye' }]);
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
