import { createServer, type Server } from 'node:http';
import type { PackageIndex } from '../../model/ports.ts';

/** Where the index answers inside every guest. */
export const indexUrl = 'http://127.0.0.1:3141/';
export const indexPort = 3141;

/**
 * An HTTP server around `index`, not listening yet: `listen(socketPath)`, or `emit('connection', duplex)` for a
 * stream that came through SSH. Requests are hostile: only GET and HEAD, bounded headers, bodies refused.
 */
export function createIndexServer(index: PackageIndex): Server {
  return createServer(() => {
    throw new Error(`not yet: ${String(index)}`);
  });
}
