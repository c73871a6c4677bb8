import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { EvidenceFrame, TracedCommand } from '../../model/evidence.ts';
import type { GuestChannel, GuestProcess } from './channel.ts';
import { EvidenceReader } from './evidence-reader.ts';
import { agentPath, endGuestProgram, startGuestProgram } from './guest-program.ts';
import { encodeRequest } from './protocol.ts';
import type { Tracing } from './strace-command.ts';

/** What the host waits beyond the command's own limits before it calls the guest dead. */
const tracePatienceMs = 120_000;

/** Longest text about a lost stream. */
const reasonLimit = 500;

/** A command, and what the session adds to it. */
export interface TraceRequest {
  readonly command: TracedCommand;
  /** Name of the account to run as. */
  readonly account: string;
  readonly tracing: Tracing;
  /** `tracePatienceMs` unless given. */
  readonly patienceMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** Runs a command by `agent run` and gives its evidence; ends the command when the consumer stops reading. */
export async function* traceCommand(
  channel: GuestChannel,
  request: TraceRequest,
): AsyncGenerator<EvidenceFrame> {
  const nonce = randomBytes(16);
  let program: GuestProcess;
  try {
    program = await startGuestProgram(channel, [agentPath, 'run'], request.signal);
  } catch (error) {
    yield { kind: 'lost', reason: `the agent could not be started: ${String(error)}`.slice(0, reasonLimit) };
    return;
  }
  try {
    // Not ended: for the agent, the end of its standard input means that we are gone.
    program.stdin.write(encodeCommand(request, nonce));
    yield* readEvidence(program, request, nonce);
  } finally {
    await endGuestProgram(program);
  }
}

async function* readEvidence(
  program: GuestProcess,
  request: TraceRequest,
  nonce: Uint8Array,
): AsyncGenerator<EvidenceFrame> {
  const { traceBytes, outputBytes } = request.command.limits;
  const reader = new EvidenceReader({ nonce, traceBytes, outputBytes });
  const arrivals = arrivalsOf(program, request);
  for await (const arrival of arrivals) {
    if (typeof arrival === 'string') yield* reader.lose(arrival);
    else yield* reader.push(arrival);
    if (reader.isClosed) return;
  }
  const last = reader.end();
  const said = program.stderrText().trim();
  for (const frame of last) {
    const isUnexplained = frame.kind === 'lost' && said !== '';
    yield isUnexplained ? { ...frame, reason: `${frame.reason} (${said})`.slice(0, reasonLimit) } : frame;
  }
}

/**
 * The bytes of the program as they come, or as a text why no more will. Only waiting for the guest counts against its
 * time, not what the reader does with the bytes.
 */
async function* arrivalsOf(
  program: GuestProcess,
  request: TraceRequest,
): AsyncGenerator<Uint8Array | string> {
  const { wallMs, lingerMs } = request.command.limits;
  const patienceMs = request.patienceMs ?? tracePatienceMs;
  let leftMs = wallMs > 0 ? wallMs + lingerMs + patienceMs : Number.POSITIVE_INFINITY;
  const chunks = program.stdout[Symbol.asyncIterator]();
  for (;;) {
    const before = Date.now();
    const next = await nextWithin(chunks, leftMs, request.signal);
    leftMs -= Date.now() - before;
    if (typeof next === 'string') yield next;
    if (typeof next === 'string' || next.done === true) return;
    yield Buffer.from(next.value);
  }
}

async function nextWithin(
  chunks: AsyncIterator<Uint8Array>,
  leftMs: number,
  signal: AbortSignal,
): Promise<IteratorResult<Uint8Array> | string> {
  if (signal.aborted) return 'aborted';
  const stop = new AbortController();
  const either = AbortSignal.any([stop.signal, signal]);
  const timeout = wait(Math.min(leftMs, 2 ** 31 - 1), 'the guest did not end the command in time', {
    signal: either,
  }).catch(() => 'aborted');
  // An error of the stream is its end: what is missing then, the reader says.
  const arrival = chunks.next().catch((): IteratorResult<Uint8Array> => ({ done: true, value: undefined }));
  const first = await Promise.race([arrival, timeout]);
  stop.abort();
  // Aborting also ends the stream, and either may be seen first.
  return signal.aborted ? 'aborted' : first;
}

function encodeCommand(request: TraceRequest, nonce: Uint8Array): Uint8Array {
  const { command, account, tracing } = request;
  return encodeRequest('Command', {
    nonce,
    argv: command.argv,
    cwd: command.cwd,
    env: Object.entries(command.env).map(([name, value]) => `${name}=${value}`),
    user: account,
    network: { deny: 0, index: 1, sinkhole: 2 }[command.network],
    limits: command.limits,
    tty: command.tty,
    tracer: { program: tracing.program, options: tracing.options },
    withoutSensor: tracing.withoutSensor,
  });
}
