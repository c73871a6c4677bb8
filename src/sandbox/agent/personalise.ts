import type { GuestChannel } from './channel.ts';

/** What makes a machine one of a kind; what is left out stays as the image has it. */
export interface Personality {
  readonly hostname: string;
  readonly user: string;
  /** The guest's clock; leave out where the guest shares the host's. */
  readonly unixNs?: bigint;
  /** Leave out where the guest shares the host's kernel. */
  readonly randomSeed?: Uint8Array;
  /** Values for the `@CANARY:<name>@` marks in the baits of the user's home. */
  readonly canaries: Readonly<Record<string, string>>;
}

/** A personality nobody had before: plausible names, fresh canaries, the host's clock and randomness. */
export function freshPersonality(): Personality {
  throw new Error('not yet');
}

/** Makes the machine behind `channel` this one: call once after a restore, before the session is handed out. */
export async function personalise(
  channel: GuestChannel,
  personality: Personality,
  signal: AbortSignal,
): Promise<void> {
  throw new Error(`not yet: ${String(channel)} ${personality.hostname} ${String(signal)}`);
}
