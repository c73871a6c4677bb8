import { randomBytes } from 'node:crypto';
import type { EvidenceFrame, TracedCommand } from '../../model/evidence.ts';
import type { GuestChannel, GuestProcess } from './channel.ts';
import { EvidenceReader } from './evidence-reader.ts';
import { agentPath, endGuestProgram, readWithin, startGuestProgram } from './guest-program.ts';
import { encodeRequest } from './protocol.ts';
import type { Tracing } from './strace-command.ts';

/** What the host waits beyond the command's own limits before it calls the guest dead. */
const tracePatienceMs = 120_000;

/** Why no more of a command's evidence will come. */
const unfinished = { late: 'the guest did not end the command in time', aborted: 'aborted' } as const;

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
  const { traceBytes, outputBytes, wallMs, lingerMs } = request.command.limits;
  const reader = new EvidenceReader({ nonce, traceBytes, outputBytes });
  const patienceMs = request.patienceMs ?? tracePatienceMs;
  const limitMs = wallMs > 0 ? wallMs + lingerMs + patienceMs : Number.POSITIVE_INFINITY;
  const chunks = readWithin(program.stdout, limitMs, request.signal);
  for (;;) {
    const next = await chunks.next();
    if (next.done !== true) yield* reader.push(next.value);
    else if (next.value !== 'ended') yield* reader.lose(unfinished[next.value]);
    if (reader.isClosed) return;
    if (next.done === true) break;
  }
  const last = reader.end();
  const said = program.stderrText().trim();
  for (const frame of last) {
    const isUnexplained = frame.kind === 'lost' && said !== '';
    yield isUnexplained ? { ...frame, reason: `${frame.reason} (${said})`.slice(0, reasonLimit) } : frame;
  }
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
