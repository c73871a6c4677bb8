import type { EvidenceFrame, TracedCommand } from '../../model/evidence.ts';
import type { PackageIndex, Session, TreeEntry } from '../../model/ports.ts';
import type { Machine } from '../../model/run.ts';
import type { GuestChannel } from './channel.ts';

/** Where the agent stands in every guest. */
export const agentPath = '/run/agent/agent';

/** What differs between backends besides the channel. */
export interface AgentSessionOptions {
  /** The tracer's program and leading arguments in the guest; see `straceProgram`. */
  readonly tracer?: readonly string[];
  /** Makes 127.0.0.1:3141 in the machine's network answer; `createIndexListener` does the HTTP. */
  readonly serveIndex: Session['serveIndex'];
  /** Ends the machine and removes what it left on the host. Called once; may take its time but must not hang. */
  readonly dispose: () => Promise<void>;
}

/** A `Session` over any channel to a machine that has our agent. The machine is personalised already. */
export function createAgentSession(
  channel: GuestChannel,
  machine: Machine,
  options: AgentSessionOptions,
): Session {
  throw new Error(`not yet: ${String(channel)} ${machine.platform} ${String(options)}`);
}

export type { EvidenceFrame, PackageIndex, TracedCommand, TreeEntry };
