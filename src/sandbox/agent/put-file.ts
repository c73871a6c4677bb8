import { createHash } from 'node:crypto';
import { inboxName } from '../../model/places.ts';
import { guestFailure } from './guest-program.ts';

/** Puts a file into a guest's inbox: `send` stores it there and gives the sha256 of what arrived. */
export async function putFile(
  name: string,
  bytes: Uint8Array,
  send: () => Promise<string | undefined>,
): Promise<void> {
  if (!inboxName.test(name)) throw new Error(`not a name for the inbox: ${JSON.stringify(name)}`);
  const arrived = await send();
  if (arrived === createHash('sha256').update(bytes).digest('hex')) return;
  throw guestFailure(`${name} did not arrive in the guest as it was sent`);
}
