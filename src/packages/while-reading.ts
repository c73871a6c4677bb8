import { messageOf } from '../base/message-of.ts';
import { UserError } from '../base/user-error.ts';

/** Reads something of the user's; what the host refuses is the user's to mend, and names what it was. */
export async function whileReading<T>(what: string, reading: Promise<T>): Promise<T> {
  return reading.catch((cause: unknown) => {
    throw new UserError(`${what} cannot be read: ${messageOf(cause)}`, {
      help: 'make it readable for this user, or take it out',
      cause,
    });
  });
}
