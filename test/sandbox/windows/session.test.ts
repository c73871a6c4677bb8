import { describe, expect, test } from 'vitest';
import type { EvidenceFrame, TracedCommand } from '../../../src/model/evidence.ts';
import { stderrCap } from '../../../src/sandbox/agent/channel.ts';
import { survivorLimit } from '../../../src/sandbox/windows/trace-command.ts';
import { type Received, restore, type Script, startWindows } from './scripted-windows.ts';
import { finished, honest, kernel, providers } from './scripts.ts';

const never = () => new AbortController().signal;

const command: TracedCommand = {
  task: 'import',
  phase: 'import',
  argv: ['C:\\Windows\\py.exe', '-3.12', "C:\\it's a folder\\x.py", 'say "hi"'],
  cwd: 'C:\\Users\\mira',
  env: { NAME: "O'Neill" },
  user: 'user',
  network: 'deny',
  limits: {
    wallMs: 5_000,
    processes: 0,
    memoryBytes: 0,
    fileBytes: 0,
    outputBytes: 1024,
    traceBytes: 64 * 1024 * 1024,
    lingerMs: 0,
  },
  tty: false,
};

async function framesOf(script: Script, change: Partial<TracedCommand['limits']> = {}) {
  await using windows = await startWindows([...script, ...honest]);
  await using session = await restore(windows.file);
  const frames: EvidenceFrame[] = [];
  const limited = { ...command, limits: { ...command.limits, ...change } };
  for await (const frame of session.run(limited, never())) frames.push(frame);
  return { frames, received: [...windows.received] };
}

function bytesOf(frames: readonly EvidenceFrame[], stream: string): Buffer {
  return Buffer.concat(
    frames.flatMap(frame => (frame.kind === 'chunk' && frame.stream === stream ? [frame.bytes] : [])),
  );
}

describe('a command on a Windows machine', () => {
  test('leaves the frames that an agent sends: hello, its streams, that nothing was sensed, exit, bye', async () => {
    const { frames } = await framesOf([]);
    expect(frames[0]).toMatchObject({
      kind: 'hello',
      tracer: 'etw',
      kernel: 'Microsoft Windows NT 10.0.22631.0',
      startedUnixNs: (134116992000000000n - 116444736000000000n) * 100n,
    });
    expect(bytesOf(frames, 'stdout').toString()).toBe('hello from Windows\r\n');
    expect(bytesOf(frames, 'stderr').toString()).toBe('a warning\r\n');
    expect(bytesOf(frames, 'hint').toString()).toContain('went well');
    expect(bytesOf(frames, 'trace').equals(Buffer.concat([kernel, providers]))).toBe(true);
    expect(frames.slice(-3)).toMatchObject([
      { kind: 'sensed', absent: 'there is none for Windows' },
      { kind: 'exit', code: 0, timedOut: false, caps: [], survivors: [] },
      { kind: 'bye' },
    ]);
  });

  test('runs as the ordinary user, and all that traces it as the administrator', async () => {
    const { received } = await framesOf([]);
    const who = received.map(({ user, script }) => [
      user,
      /ProcessStartInfo|logman\.exe|Win32_Process/.exec(script)?.[0],
    ]);
    expect(who).toContainEqual(['mira', 'ProcessStartInfo']);
    expect(who.filter(([, what]) => what === 'logman.exe').map(([user]) => user)).toEqual(
      Array.from({ length: 3 }, () => 'Administrator'),
    );
  });

  test('ends what an earlier session left running before it starts its own', async () => {
    const { received } = await framesOf([]);
    const scripts = received.map(({ script }) => script).filter(script => script.includes('logman.exe'));
    expect(scripts[0]).toContain("& logman.exe stop 'NT Kernel Logger' -ets");
    expect(scripts[1]).toContain("'create' 'trace' 'NT Kernel Logger'");
  });

  test('is quoted, its arguments for the C runtime and all texts for PowerShell', async () => {
    const { received } = await framesOf([]);
    const script = received.find(one => one.script.includes('ProcessStartInfo'))?.script ?? '';
    expect(script).toContain(`$p.Arguments='-3.12 "C:\\it''s a folder\\x.py" "say \\"hi\\""'`);
    expect(script).toContain("$p.EnvironmentVariables['NAME']='O''Neill'");
  });

  test('is bounded by two marker processes in the trace, whose nonce its hello tells', async () => {
    const { received, frames } = await framesOf([]);
    const script = received.find(one => one.script.includes('ProcessStartInfo'))?.script ?? '';
    expect(script).toMatch(
      /'rem buildhaus begin ([0-9a-f]{32})'\n.*Start\(\$p\).*\n.*\n.*'rem buildhaus end \1'/s,
    );
    expect(frames[0]).toMatchObject({ nonce: /begin ([0-9a-f]{32})/.exec(script)?.[1] });
  });

  test('keeps its exit code, and tells what it left running', async () => {
    const line = Buffer.from('C:\\miner.exe --quiet').toString('base64');
    const { frames } = await framesOf([
      ['Win32_Process', { stdout: `77 ${line}\r\n` }],
      ['ProcessStartInfo', { code: 3 }],
    ]);
    expect(frames.find(frame => frame.kind === 'exit')).toMatchObject({
      code: 3,
      survivors: [{ pid: 77, command: 'C:\\miner.exe --quiet' }],
    });
  });

  test.each([
    [survivorLimit, []],
    [survivorLimit + 1, ['survivors']],
  ])('that left %i running tells as many as the limit says, with the caps %j', async (count, caps) => {
    const line = Buffer.from('C:\\miner.exe').toString('base64');
    const stdout = Array.from({ length: count }, (_, index) => `${index + 1} ${line}\r\n`).join('');
    const { frames } = await framesOf([['Win32_Process', { stdout }]]);
    const end = frames.find(frame => frame.kind === 'exit');
    expect([end?.survivors.length, end?.caps]).toEqual([survivorLimit, caps]);
  });

  test('has its hints taken when nothing of it runs any more', async () => {
    const { received } = await framesOf([]);
    const order = received.map(({ script }) => /Stop-Process|run\\hints/.exec(script)?.[0]);
    expect(order.filter(what => what !== undefined)).toEqual(['Stop-Process', 'run\\hints']);
  });

  test('keeps no process by its name alone: a program of an SSH session lies where Windows has it', async () => {
    const { received } = await framesOf([]);
    const script = received.find(one => one.script.includes('Stop-Process'))?.script ?? '';
    expect(script).toContain('$_.ExecutablePath -notin $own');
    expect(script).not.toContain('$_.Name');
    expect(script).toMatch(/"\$s\\conhost\.exe".*\n.*-notin \$own/);
  });

  test('that goes on for too long is ended, and its trace still comes', async () => {
    const { frames, received } = await framesOf([['ProcessStartInfo', { stdout: 'x', hangs: true }]], {
      wallMs: 300,
    });
    expect(frames.find(frame => frame.kind === 'exit')).toMatchObject({ code: null, timedOut: true });
    expect(frames.at(-1)).toEqual({ kind: 'bye' });
    expect(received.filter(({ script }) => script.includes('Stop-Process')).length).toBeGreaterThan(0);
  });

  test.each<[string, number, (text: string) => Script[number]]>([
    ['stdout', command.limits.outputBytes, stdout => ['ProcessStartInfo', { stdout }]],
    ['stderr', stderrCap, stderr => ['ProcessStartInfo', { stderr }]],
    ['hint', command.limits.outputBytes, stdout => ["if(Test-Path 'C:\\buildhaus\\run\\hints')", { stdout }]],
  ])(
    'that says on %s as much as is kept says it whole, with one more it is cut and marked',
    async (stream, most, say) => {
      const said = async (count: number) => {
        const { frames } = await framesOf([say('x'.repeat(count))]);
        return [bytesOf(frames, stream).length, frames.find(frame => frame.kind === 'exit')?.caps];
      };
      expect(await said(most)).toEqual([most, []]);
      expect(await said(most + 1)).toEqual([most, [`${stream}-bytes`]]);
    },
  );

  test('whose standard error is no text has it whole as long as its bytes are kept', async () => {
    const stderr = Buffer.alloc(stderrCap, 0xff);
    const { frames } = await framesOf([['ProcessStartInfo', { stderr }]]);
    expect(frames.find(frame => frame.kind === 'exit')).toMatchObject({ caps: [] });
  });

  test('whose trace is longer than its cap is cut there, and says so', async () => {
    const { frames } = await framesOf([], { traceBytes: 100 });
    expect(bytesOf(frames, 'trace').equals(kernel.subarray(0, 100))).toBe(true);
    expect(frames.find(frame => frame.kind === 'exit')).toMatchObject({ caps: ['trace-bytes'] });
  });
});

/** Who is asked to end what a command left running, and its trace, in the order it was asked. */
function endings(received: readonly Received[]): readonly string[] {
  return received.map(({ user, script }) => {
    const what = /Stop-Process|logman\.exe stop|ProcessStartInfo/.exec(script)?.[0] ?? '';
    return `${user} ${what}`;
  });
}

// What every sandbox promises (test/contract/sandbox.ts), here of a machine with other commands, paths and traces.
describe('a command on a Windows machine that nobody waits for any more', () => {
  const sleeping: Script = [['sleeps', { stdout: 'on', hangs: true }], ...honest];
  const sleeps = { ...command, argv: ['sleeps'] };
  const ended = ['mira ProcessStartInfo', 'Administrator Stop-Process', 'Administrator logman.exe stop'];

  test('is ended when it is aborted, and its evidence is lost', async () => {
    await using windows = await startWindows(sleeping);
    await using session = await restore(windows.file);
    const abort = new AbortController();
    const kinds: string[] = [];
    for await (const frame of session.run(sleeps, abort.signal)) {
      kinds.push(frame.kind);
      if (frame.kind === 'chunk') abort.abort();
    }
    expect(kinds).toEqual(['hello', 'chunk', 'lost']);
    expect(endings(windows.received).slice(-3)).toEqual(ended);
  });

  test('is ended when its reader stops early, and the next one runs', async () => {
    await using windows = await startWindows(sleeping);
    await using session = await restore(windows.file);
    for await (const frame of session.run(sleeps, never())) {
      if (frame.kind === 'chunk') break;
    }
    expect(endings(windows.received).slice(-3)).toEqual(ended);
    const kinds: string[] = [];
    for await (const frame of session.run(command, never())) kinds.push(frame.kind);
    expect(kinds.at(-1)).toBe('bye');
  });

  test('is lost in a session that was disposed of, twice even', async () => {
    await using windows = await startWindows(honest);
    const session = await restore(windows.file);
    await session[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
    const kinds: string[] = [];
    for await (const frame of session.run(command, never())) kinds.push(frame.kind);
    expect(kinds).toEqual(['lost']);
  });
});

describe('evidence of a Windows machine is lost, and says why,', () => {
  test.each<[string, Script, RegExp]>([
    [
      'when tracing is denied',
      [["'create' 'trace'", { stderr: 'logman: Access is denied.', code: 3 }]],
      /Access is denied/,
    ],
    [
      'when the disk is full',
      [["'create' 'trace'", { stderr: 'There is not enough space on the disk.', code: 3 }]],
      /not enough space/,
    ],
    [
      'when the sessions lost events',
      [['$q=(& logman.exe query', { stdout: finished(kernel, providers, 7) }]],
      /lost 14 buffers or events/,
    ],
    [
      'when a trace file is not what was written',
      [["Open('C:\\buildhaus\\trace\\kernel.etl'", { stdout: Buffer.alloc(kernel.length) }]],
      /did not arrive as it was written/,
    ],
    [
      'when a trace file is short',
      [["Open('C:\\buildhaus\\trace\\kernel.etl'", { stdout: kernel.subarray(0, 100) }]],
      /before its end/,
    ],
    ['when there are no trace files', [['$q=(& logman.exe query', {}]], /could not be found/],
    ['when it does not tell its time', [["'create' 'trace'", { stdout: 'x\r\n' }]], /tell its time/],
    ['when the machine is gone in the middle', [['ProcessStartInfo', { stdout: 'x', drops: true }]], /./],
    [
      'when what it left running cannot be ended',
      [['Win32_Process', { stderr: 'what the command left running cannot be ended', code: 5 }]],
      /cannot be ended/,
    ],
    [
      'when the hints cannot be taken away',
      [["if(Test-Path 'C:\\buildhaus\\run\\hints')", { stderr: 'the file is in use', code: 1 }]],
      /hints could not be taken: the file is in use/,
    ],
    ['when nobody says how the command ended', [['ProcessStartInfo', { code: null }]], /nobody said how/],
  ])('%s', async (_, script, reason) => {
    const { frames } = await framesOf(script);
    expect(frames.at(-1)).toEqual({ kind: 'lost', reason: expect.stringMatching(reason) });
    expect(frames.filter(frame => frame.kind === 'bye')).toEqual([]);
  });
});
