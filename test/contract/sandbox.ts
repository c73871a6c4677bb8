import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvidenceFrame, EvidenceStream, TracedCommand } from '../../src/model/evidence.ts';
import type { Sandbox, Session } from '../../src/model/ports.ts';

/** A sandbox to hold to the contract. `skip` says in one line why this host cannot have it. */
export interface SandboxUnderTest {
  readonly create: () => Sandbox;
  readonly platform: string;
  readonly skip?: string | undefined;
}

type ExitFrame = Extract<EvidenceFrame, { kind: 'exit' }>;

/** What a command gave, put together. */
interface Outcome {
  readonly text: Readonly<Record<EvidenceStream, string>>;
  readonly exit: ExitFrame | undefined;
  readonly kinds: readonly string[];
}

const limits = {
  wallMs: 60_000,
  processes: 500,
  memoryBytes: 1024 * 1024 * 1024,
  fileBytes: 64 * 1024 * 1024,
  outputBytes: 64 * 1024,
  traceBytes: 64 * 1024 * 1024,
  lingerMs: 200,
} as const;

/** How long a test may wait for what must happen by itself. */
const patience = () => AbortSignal.timeout(240_000);

function shell(task: string, script: string, changes: Partial<TracedCommand> = {}): TracedCommand {
  return {
    task,
    phase: 'start',
    argv: ['/bin/sh', '-c', script],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    user: 'user',
    network: 'deny',
    limits,
    tty: false,
    ...changes,
  };
}

async function collect(frames: AsyncIterable<EvidenceFrame>): Promise<Outcome> {
  const parts: Record<EvidenceStream, Uint8Array[]> = { trace: [], stdout: [], stderr: [], hint: [] };
  const kinds: string[] = [];
  let exit: ExitFrame | undefined;
  for await (const frame of frames) {
    if (frame.kind !== kinds.at(-1)) kinds.push(frame.kind);
    if (frame.kind === 'chunk') parts[frame.stream].push(frame.bytes);
    if (frame.kind === 'exit') exit = frame;
  }
  const join = (stream: EvidenceStream) => Buffer.concat(parts[stream]).toString('utf8');
  const text = { trace: join('trace'), stdout: join('stdout'), stderr: join('stderr'), hint: join('hint') };
  return { text, exit, kinds };
}

const connectScript = `python3 -c '
import socket
for address in (("127.0.0.1", 3141), ("192.0.2.1", 80)):
    try:
        socket.create_connection(address, 5)
        print("connected")
    except OSError as error:
        print("refused")
'`;

/**
 * What every `Sandbox` promises, as tests: run against each backend with Linux in it and the one in memory. Commands, paths
 * and traces of a Windows machine are others: what it promises is tested in `test/sandbox/windows/session.test.ts`.
 */
export function describeSandbox(name: string, { create, platform, skip }: SandboxUnderTest): void {
  describe.skipIf(skip !== undefined)(`${name}${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
    let sandbox: Sandbox;
    let session: Session;
    const run = (command: TracedCommand, signal = patience()) => collect(session.run(command, signal));

    beforeAll(async () => {
      sandbox = create();
      session = await sandbox.restore(platform, patience());
    });
    afterAll(async () => {
      await session?.[Symbol.asyncDispose]();
    });

    test('a command says hello, gives its output, its exit and bye, in this order', async () => {
      const { text, exit, kinds } = await run(
        shell('prints', 'echo out; echo err >&2; echo hint >&3', { env: { PROBE_FD: '3' } }),
      );
      expect(text).toMatchObject({ stdout: 'out\n', stderr: 'err\n', hint: 'hint\n' });
      expect(exit).toMatchObject({ code: 0, signal: null, timedOut: false, caps: [], survivors: [] });
      // Programs are named where the kernel lets the sensor read names, and as they start.
      const others = kinds.filter(kind => kind !== 'programs');
      const order = others.filter((kind, index) => kind !== others[index - 1]);
      expect(order.join(' ')).toMatch(/^hello chunk (?:sensed )?exit bye$/);
    });

    test('the trace has the command from its execve to its end, and nothing of the launcher', async () => {
      const { text } = await run(shell('traced', 'echo x > /tmp/traced; exec /bin/true'));
      expect(text.trace).toMatch(/execve\("\/bin\/sh", \["\/bin\/sh", "-c"/);
      expect(text.trace).toContain('/tmp/traced');
      expect(text.trace).toMatch(/exited with 0 \+\+\+/);
      expect(text.trace).not.toMatch(/setns|\/run\/agent|\.bh/);
    });

    test('a command opens its outputs by name, and reads nothing out of them', async () => {
      const script =
        'echo out > /dev/stdout; echo err >> /dev/stderr; (: < /dev/stdout) 2> /dev/null || echo unread';
      expect((await run(shell('names', script))).text).toMatchObject({
        stdout: 'out\nunread\n',
        stderr: 'err\n',
      });
    });

    test('an exit code comes back', async () => {
      expect((await run(shell('exits', 'exit 7'))).exit).toMatchObject({ code: 7, signal: null });
    });

    test('a signal that ended the command comes back by name', async () => {
      expect((await run(shell('dies', 'kill -SEGV $$'))).exit).toMatchObject({
        code: null,
        signal: 'SIGSEGV',
      });
    });

    test('a command that is not there ends with 127 and says so', async () => {
      const { exit, text } = await run(shell('missing', '', { argv: ['/no/such/program'] }));
      expect(exit).toMatchObject({ code: 127 });
      expect(text.stderr).toContain('/no/such/program');
    });

    test('after its wall time a command and all its descendants are ended', async () => {
      const script = 'trap "" TERM; (trap "" TERM; while :; do sleep 1; done) & while :; do sleep 1; done';
      const { exit, kinds } = await run(shell('hangs', script, { limits: { ...limits, wallMs: 1500 } }));
      expect(exit).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
      expect(kinds.at(-1)).toBe('bye');
      const { text } = await run(shell('looks', 'grep -l "^State" /proc/[0-9]*/status | wc -l'));
      expect(Number(text.stdout)).toBeLessThan(6);
    });

    test('a descendant that outlives the command is named and ended', async () => {
      const script = 'setsid sleep 4321 & until grep -q sleep /proc/$!/comm; do :; done; exit 0';
      const { exit } = await run(shell('leaves', script));
      expect(exit?.survivors.map(({ command }) => command)).toEqual(['sleep 4321']);
    });

    test.each([
      [1, 'stdout'],
      [2, 'stderr'],
      [3, 'hint'],
    ] as const)(
      'output on %i beyond its cap is dropped and marked, what came before is kept',
      async (fd, stream) => {
        const script = `head -c 200000 /dev/zero | tr "\\0" x >&${fd}`;
        const { exit, text } = await run(shell(`floods ${fd}`, script, { env: { PROBE_FD: '3' } }));
        expect(text[stream]).toBe('x'.repeat(limits.outputBytes));
        expect(exit?.caps).toEqual([`${stream}-bytes`]);
      },
    );

    test('output of exactly its cap is no flood, on each stream', async () => {
      const fill = `head -c ${limits.outputBytes} /dev/zero`;
      const script = `for fd in 1 2 3; do ${fill} | tr "\\0" x >&$fd; done`;
      const { exit, text } = await run(shell('fills', script, { env: { PROBE_FD: '3' } }));
      const bytes = [text.stdout, text.stderr, text.hint].map(said => said.length);
      expect([bytes, exit?.caps]).toEqual([Array(3).fill(limits.outputBytes), []]);
    });

    test('a trace beyond its cap ends the command', async () => {
      const script = 'while :; do :< /dev/null; done';
      const changes = { limits: { ...limits, traceBytes: 100_000 } };
      const { exit, text } = await run(shell('drowns', script, changes));
      expect(exit?.caps).toContain('trace-bytes');
      expect(text.trace.length).toBeLessThanOrEqual(100_000);
    });

    test('a file that was put in is read in the inbox, by its owner root only to be written', async () => {
      await session.put('hello-1.0+x.txt', Buffer.from('content\n'), patience());
      const { text } = await run(
        shell('reads', 'cat /inbox/hello-1.0+x.txt; echo no > /inbox/hello-1.0+x.txt'),
      );
      expect(text.stdout).toBe('content\n');
      expect(text.stderr).not.toBe('');
    });

    test('a created file is in the tree, by path, type and size', async () => {
      await run(shell('creates', 'printf 12345 > /tmp/created; chmod 4711 /tmp/created'));
      const entry = (await session.listTree(patience())).find(({ path }) => path === '/tmp/created');
      expect(entry).toMatchObject({ type: 'file', bytes: 5 });
    });

    test('the network of mode deny has nobody to connect to', async () => {
      const { text } = await run(shell('connects', connectScript));
      expect(text.stdout).toBe('refused\nrefused\n');
    });

    test('the command is the ordinary user, sees no tracer, no agent and no capability', async () => {
      const script =
        'id -un; grep -E "TracerPid|CapEff|NoNewPrivs" /proc/self/status; ls -A /run/agent; tr -d "\\0" < /proc/1/cmdline; echo; echo $HOME';
      const { text } = await run(shell('asks', script));
      expect(text.stdout).toBe(
        `${session.machine.user}\nTracerPid:\t0\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n/sbin/init\n\n`,
      );
    });

    test('a terminal is given when asked for, and the evidence stays off it', async () => {
      const { text } = await run(
        shell('terminal', 'test -t 0 && test -t 1 && : < /dev/stdin > /dev/stdout && echo yes', {
          tty: true,
        }),
      );
      expect(text.stdout.trim()).toBe('yes');
      expect(text.trace).toContain('execve');
    });

    test('the index answers while it is served, and not before or after', async () => {
      const url = 'http://127.0.0.1:3141/simple/';
      const script = `python3 -c 'import urllib.request as r; print(r.urlopen("${url}").read().decode())' 2>&1 | tail -1`;
      const ask = async () => (await run(shell('fetches', script, { network: 'index' }))).text.stdout;
      expect(await ask()).toContain('refused');
      const index = async (request: Request) => new Response(`asked ${request.url}`);
      const served = await session.serveIndex(index, patience());
      expect(await ask()).toBe(`asked ${url}\n`);
      await served[Symbol.asyncDispose]();
      expect(await ask()).toContain('refused');
    });

    test('aborting ends the command, and its evidence is lost', async () => {
      const abort = new AbortController();
      const kinds: string[] = [];
      for await (const frame of session.run(shell('waits', 'echo on; sleep 1000'), abort.signal)) {
        if (frame.kind === 'chunk' && frame.stream === 'stdout') abort.abort();
        kinds.push(frame.kind);
      }
      expect(kinds.at(-1)).toBe('lost');
      expect((await run(shell('works', 'echo on'))).text.stdout).toBe('on\n');
    });

    test('a reader that stops early ends the command', async () => {
      for await (const frame of session.run(shell('stops', 'echo on; sleep 1000'), patience())) {
        if (frame.kind === 'chunk') break;
      }
      expect((await run(shell('works', 'echo on'))).text.stdout).toBe('on\n');
    });

    test('two sessions do not see each other, and disposing twice is fine', async () => {
      const other = await sandbox.restore(platform, patience());
      await other.put('only-here', Buffer.from('x'), patience());
      const has = async (one: Session) =>
        (await one.listTree(patience())).some(({ path }) => path === '/inbox/only-here');
      expect([await has(other), await has(session)]).toEqual([true, false]);
      await other[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
      const { kinds } = await collect(other.run(shell('late', 'echo on'), patience()));
      expect(kinds).toEqual(['lost']);
    });
  });
}
