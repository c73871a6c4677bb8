import { connect } from 'node:net';
import {
  type ControlChannel,
  type ControlKeys,
  type ControlOptions,
  connectControl,
} from '../ssh/control-channel.ts';
import { quoteForShell } from '../ssh/quote.ts';

/** Logs in to a guest of ours: as root, over the socket that its control port leads to. */
export function connectGuest(
  socketPath: string,
  keys: ControlKeys,
  options: Omit<ControlOptions, 'username' | 'quote'>,
): Promise<ControlChannel> {
  return connectControl(connect(socketPath), keys, { ...options, username: 'root', quote: quoteForShell });
}
