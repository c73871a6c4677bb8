import { createHash, randomBytes } from 'node:crypto';
import { fileTimeToUnixNs } from '../../base/file-time.ts';
import { messageOf } from '../../base/message-of.ts';
import { type CapName, capsOf } from '../../model/caps.ts';
import type { EvidenceFrame, EvidenceStream, SensedCounts, TracedCommand } from '../../model/evidence.ts';
import type { Survivor } from '../../model/task.ts';
import type { GuestChannel, GuestProcess } from '../agent/channel.ts';
import { endGuestProgram, readWithin } from '../agent/guest-program.ts';
import { commandScript, survivorsScript } from './command-scripts.ts';
import { hintFile } from './places.ts';
import { runScript, scriptMs, startScript } from './run-script.ts';
import {
  finishSessionsScript,
  readFileScript,
  startSessionsScript,
  stopSessionsScript,
  takeFileScript,
  traceSessions,
} from './trace-sessions.ts';

/** A machine that answers, seen from both of its accounts. */
export interface WindowsMachine {
  /** Starts and stops the trace; the package never has it. */
  readonly administrator: GuestChannel;
  readonly ordinary: GuestChannel;
  /** Name of the ordinary user. */
  readonly user: string;
}

/** Longest text about a lost stream. */
const reasonLimit = 500;
/** Most survivors that are told. */
export const survivorLimit = 256;

/** How long a machine may take to end a command that nobody waits for any more. */
const abandonMs = 10_000;

/** Nothing counts in the kernel of a Windows machine, and its report has to say so. */
const unsensed: SensedCounts = {
  absent: 'there is none for Windows',
  calls: [],
  forks: 0,
  execs: 0,
  unnamed: 0,
  missed: 0,
};

/**
 * Runs a command between the start and the end of two trace sessions and gives its evidence: the same frames as an agent's,
 * made of plain SSH channels. A trace that did not arrive whole, by count and hash, is lost and said so. Nothing of the
 * command goes on after it, however it ended and wherever its reader stopped.
 */
export async function* traceCommand(
  machine: WindowsMachine,
  command: TracedCommand,
  signal: AbortSignal,
): AsyncGenerator<EvidenceFrame> {
  let isOver = false;
  try {
    const nonce = randomBytes(16).toString('hex');
    yield await startTrace(machine, nonce, signal);
    const ended = yield* runCommand(machine, command, nonce, signal);
    const left = await endSurvivors(machine, ended.timedOut ? 0 : command.limits.lingerMs, signal);
    // Whoever still ran could have kept them open, or written more.
    const hints = yield* takeHints(machine, command.limits.outputBytes, signal);
    const trace = yield* fetchTrace(machine, command.limits.traceBytes, signal);
    isOver = true;
    const cut = capsOf({ 'trace-bytes': trace.isCut, survivors: left.isCut });
    yield { kind: 'sensed', ...unsensed };
    yield {
      kind: 'exit',
      signal: null,
      survivors: left.survivors,
      ...ended,
      caps: [...ended.caps, ...hints, ...cut],
    };
    yield trace.lost === 0
      ? { kind: 'bye' }
      : { kind: 'lost', reason: `the trace sessions lost ${trace.lost} buffers or events` };
  } catch (error) {
    const message = messageOf(error);
    const reason = signal.aborted ? 'aborted' : message.slice(0, reasonLimit);
    await abandon(machine);
    isOver = true;
    yield { kind: 'lost', reason };
  } finally {
    if (!isOver) await abandon(machine);
  }
}

/** Ends what a command left running and its trace: both would be the next one's. When the machine is gone it does not matter. */
async function abandon(machine: WindowsMachine): Promise<void> {
  const signal = AbortSignal.timeout(abandonMs);
  await Promise.allSettled([
    endSurvivors(machine, 0, signal),
    runScript(machine.administrator, stopSessionsScript(), { signal }),
  ]);
}

async function startTrace(
  { administrator }: WindowsMachine,
  nonce: string,
  signal: AbortSignal,
): Promise<EvidenceFrame> {
  await runScript(administrator, stopSessionsScript(), { signal });
  const lines = await runScript(administrator, startSessionsScript(), { signal });
  const [time = '', kernel = ''] = lines.slice(-2);
  if (!/^\d{17,19}$/.test(time)) throw new Error('the machine did not tell its time');
  return {
    kind: 'hello',
    tracer: 'etw',
    tracerArgv: ['logman', ...traceSessions.map(({ name }) => name)],
    kernel,
    startedUnixNs: fileTimeToUnixNs(BigInt(time)),
    nonce,
  };
}

interface CommandEnd {
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly caps: readonly CapName[];
  readonly durationMs: number;
}

async function* runCommand(
  machine: WindowsMachine,
  command: TracedCommand,
  nonce: string,
  signal: AbortSignal,
): AsyncGenerator<EvidenceFrame, CommandEnd> {
  const { wallMs, outputBytes } = command.limits;
  const began = Date.now();
  const program = await startScript(machine.ordinary, commandScript(command, nonce), signal);
  try {
    const out = yield* readCapped('stdout', program, { limitMs: wallMs, cap: outputBytes, signal });
    signal.throwIfAborted();
    const timedOut = out === 'late';
    // Ends all that the user runs, this script too: nothing is left that could go on unseen.
    if (timedOut) await endSurvivors(machine, 0, signal);
    const { code } = timedOut ? { code: null } : await program.closed;
    if (!timedOut && code === null) throw new Error('nobody said how the command ended');
    const durationMs = Date.now() - began;
    const stderr = Buffer.from(program.stderrText());
    if (stderr.length > 0) yield { kind: 'chunk', stream: 'stderr', bytes: stderr };
    const caps = capsOf({ 'stdout-bytes': out === 'cut', 'stderr-bytes': program.isStderrCut() });
    return { code, timedOut, caps, durationMs };
  } finally {
    await endGuestProgram(program);
  }
}

/** Passes a program's output on up to a cap; what comes after it is read and dropped. */
async function* readCapped(
  stream: EvidenceStream,
  program: GuestProcess,
  { limitMs, cap, signal }: { readonly limitMs: number; readonly cap: number; readonly signal: AbortSignal },
): AsyncGenerator<EvidenceFrame, 'whole' | 'cut' | 'late'> {
  const chunks = readWithin(program.stdout, limitMs > 0 ? limitMs : Number.POSITIVE_INFINITY, signal);
  let kept = 0;
  let isCut = false;
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return next.value === 'ended' ? (isCut ? 'cut' : 'whole') : 'late';
    const part = next.value.subarray(0, Math.max(0, cap - kept));
    isCut ||= part.length < next.value.length;
    kept += part.length;
    if (part.length > 0) yield { kind: 'chunk', stream, bytes: part };
  }
}

/** What the probes told; taken away, so that no task finds another's. Gives the caps that were reached. */
async function* takeHints(
  machine: WindowsMachine,
  cap: number,
  signal: AbortSignal,
): AsyncGenerator<EvidenceFrame, readonly CapName[]> {
  const program = await startScript(machine.administrator, takeFileScript(hintFile), signal);
  try {
    const read = yield* readCapped('hint', program, { limitMs: scriptMs, cap, signal });
    signal.throwIfAborted();
    const { code } = read === 'late' ? { code: null } : await program.closed;
    if (code !== 0) throw new Error(`the hints could not be taken: ${program.stderrText().trim()}`);
    return capsOf({ 'hint-bytes': read === 'cut' });
  } finally {
    await endGuestProgram(program);
  }
}

async function endSurvivors(
  { administrator, user }: WindowsMachine,
  lingerMs: number,
  signal: AbortSignal,
): Promise<{ readonly survivors: readonly Survivor[]; readonly isCut: boolean }> {
  const timeoutMs = scriptMs + lingerMs;
  const lines = await runScript(administrator, survivorsScript(user, lingerMs), { signal, timeoutMs });
  const survivors = lines.slice(0, survivorLimit).flatMap(line => {
    const match = /^(\d{1,10}) ([A-Za-z0-9+/]*=*)$/.exec(line);
    if (match === null) return [];
    const command = Buffer.from(match[2] ?? '', 'base64').toString('utf8');
    return [{ pid: Number(match[1]), command: command.slice(0, 1024) }];
  });
  return { survivors, isCut: lines.length > survivorLimit };
}

/** Ends the sessions and brings their files, one after the other as one stream. */
async function* fetchTrace(
  machine: WindowsMachine,
  cap: number,
  signal: AbortSignal,
): AsyncGenerator<EvidenceFrame, { readonly lost: number; readonly isCut: boolean }> {
  const lines = await runScript(machine.administrator, finishSessionsScript(), { signal });
  const files = lines.flatMap(line => /^file=(\d{1,15}) ([0-9a-f]{64})$/.exec(line) ?? []);
  if (files.length !== 3 * traceSessions.length) throw new Error('the trace files could not be found');
  let left = cap;
  for (const [index, { file }] of traceSessions.entries()) {
    const whole = Number(files[3 * index + 1]);
    const wanted = Math.min(whole, left);
    const hash = yield* fetchFile(machine, file, wanted, signal);
    left -= wanted;
    if (wanted < whole) return { lost: lostIn(lines), isCut: true };
    if (hash !== files[3 * index + 2]) throw new Error(`${file} did not arrive as it was written`);
  }
  return { lost: lostIn(lines), isCut: false };
}

async function* fetchFile(
  machine: WindowsMachine,
  file: string,
  bytes: number,
  signal: AbortSignal,
): AsyncGenerator<EvidenceFrame, string> {
  const program = await startScript(machine.administrator, readFileScript(file), signal);
  const hash = createHash('sha256');
  let left = bytes;
  try {
    for await (const chunk of readWithin(program.stdout, scriptMs, signal)) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      hash.update(part);
      if (part.length > 0) yield { kind: 'chunk', stream: 'trace', bytes: part };
      if (left === 0) break;
    }
    signal.throwIfAborted();
    if (left > 0)
      throw new Error(`${file} stopped ${left} bytes before its end: ${program.stderrText().trim()}`);
    return hash.digest('hex');
  } finally {
    await endGuestProgram(program);
  }
}

function lostIn(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Number(/^lost=(\d{1,12})$/.exec(line)?.[1] ?? 0), 0);
}
