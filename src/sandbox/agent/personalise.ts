import { randomBytes, randomInt } from 'node:crypto';
import { freshCanaries } from './canaries.ts';
import type { GuestChannel } from './channel.ts';
import { agentPath, runGuestProgram } from './guest-program.ts';
import { encodeRequest } from './protocol.ts';

/** What makes a machine one of a kind; what is left out stays as the image has it. */
export interface Personality {
  readonly hostname: string;
  readonly user: string;
  /** The guest's clock; leave out where the guest shares the host's. */
  readonly unixNs?: bigint;
  /** At most 512 bytes; leave out where the guest shares the host's kernel. */
  readonly randomSeed?: Uint8Array;
  /** Values for the `@CANARY:<name>@` marks in the baits of the user's home. */
  readonly canaries: Readonly<Record<string, string>>;
}

const firstNames =
  'alex,anna,carlos,chen,dana,elif,emma,felix,ines,ivan,jonas,julia,kai,lena,leo,maria,marta,mei,nadia,noah,olga,omar,paul,petra,priya,ravi,sam,sofia,tomas,vera,yuki,zoe'.split(
    ',',
  );
const machines = ['laptop', 'desktop', 'work', 'dev', 'thinkpad', 'latitude', 'station', 'box'] as const;

/** Who a machine is from now on: plausible names, fresh canaries, the host's clock and randomness. */
export function freshPersonality(): Required<Personality> {
  const name = pick(firstNames);
  // The number keeps a package from knowing our users by a list of names.
  return {
    hostname: `${name}-${pick(machines)}-${randomInt(10, 1000)}`,
    user: `${name}${randomInt(10, 100)}`,
    unixNs: BigInt(Date.now()) * 1_000_000n,
    randomSeed: randomBytes(256),
    canaries: freshCanaries(),
  };
}

/** Makes the machine behind `channel` this one: call once after a restore, before the session is handed out. */
export async function personalise(
  channel: GuestChannel,
  personality: Personality,
  signal: AbortSignal,
): Promise<void> {
  const { hostname, user, unixNs, randomSeed, canaries } = personality;
  const input = encodeRequest('Personality', {
    hostname,
    user,
    canaries: Object.entries(canaries).map(([name, value]) => ({ name, value })),
    ...(unixNs === undefined ? {} : { unixNs: String(unixNs) }),
    ...(randomSeed === undefined ? {} : { randomSeed }),
  });
  await runGuestProgram(channel, [agentPath, 'personalise'], { input, outputCap: 1024, signal });
}

function pick<T>(choices: readonly T[]): T {
  const choice = choices[randomInt(choices.length)];
  if (choice === undefined) throw new Error('nothing to choose from');
  return choice;
}
