import { randomBytes } from 'node:crypto';
import type { EvidenceFrame, TracedCommand } from '../../model/evidence.ts';
import { linuxPlaces } from '../../model/places.ts';
import type { Session, TreeEntry } from '../../model/ports.ts';
import type { Machine } from '../../model/run.ts';
import type { GuestChannel } from './channel.ts';
import { agentPath, askGuestProgram, guestFailure, runGuestProgram } from './guest-program.ts';
import { encodeRequest } from './protocol.ts';
import { putFile } from './put-file.ts';
import { createSessionEnd } from './session-end.ts';
import { type Tracing, usualTracing } from './strace-command.ts';
import { traceCommand } from './trace-command.ts';
import { TreeMemory } from './tree/tree-memory.ts';
import { TreeReader } from './tree/tree-reader.ts';

/** What differs between sandboxes besides the channel. */
export interface AgentSessionOptions {
  /** Instead of the usual one. */
  readonly tracing?: Tracing | undefined;
  /** Makes 127.0.0.1:3141 in the machine's network answer; `createIndexServer` does the HTTP. */
  readonly serveIndex: Session['serveIndex'];
  /** Ends the machine and removes what it left on the host. Called once; may take its time but must not hang. */
  readonly dispose: () => Promise<void>;
  /** How long a command's evidence is waited for beyond the command's own limits. */
  readonly patienceMs?: number;
}

/** A `Session` over any channel to a machine that has our agent. The machine is personalised already. */
export function createAgentSession(
  channel: GuestChannel,
  machine: Machine,
  options: AgentSessionOptions,
): Session {
  const tree = new TreeMemory();
  const { orDisposed, ...end } = createSessionEnd(options.dispose);
  return {
    ...end,
    machine,
    places: linuxPlaces(machine.user, machine.home),
    put: (name, bytes, signal) =>
      putFile(name, bytes, () => sendFile(channel, name, bytes, orDisposed(signal))),
    run: (command: TracedCommand, signal: AbortSignal): AsyncIterable<EvidenceFrame> =>
      traceCommand(channel, {
        command,
        account: command.user === 'root' ? 'root' : machine.user,
        tracing: options.tracing ?? usualTracing,
        patienceMs: options.patienceMs,
        signal: orDisposed(signal),
      }),
    listTree: signal => listTree(channel, tree, orDisposed(signal)),
    serveIndex: (index, signal) => options.serveIndex(index, orDisposed(signal)),
  };
}

async function sendFile(
  channel: GuestChannel,
  name: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<string> {
  const argv = [agentPath, 'put', name, String(bytes.length)];
  return (await runGuestProgram(channel, argv, { input: bytes, outputCap: 128, signal })).trim();
}

async function listTree(
  channel: GuestChannel,
  memory: TreeMemory,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const nonce = randomBytes(16);
  const reader = new TreeReader(nonce);
  const request = encodeRequest('TreeRequest', { nonce, ...memory.question() });
  const take = (chunk: Uint8Array) => {
    reader.push(chunk);
    if (reader.isOver) throw refusal(reader, '');
  };
  const { complaint } = await askGuestProgram(channel, [agentPath, 'tree'], request, take, { signal });
  const tree = reader.end();
  if ('entries' in tree) return memory.merge(tree);
  throw refusal(reader, complaint);
}

function refusal(reader: TreeReader, complaint: string): Error {
  const end = reader.end();
  const problem = 'problem' in end ? end.problem : '';
  return (
    reader.excess ?? guestFailure(`the guest's files could not be listed: ${problem} ${complaint}`.trim())
  );
}
