import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PackageIndex } from '../../model/ports.ts';

/** Where the index answers inside every guest; the URL is the one that clients are given (PEP 503's root page). */
export const indexPort = 3141;
export const indexUrl = `http://127.0.0.1:${indexPort}/simple/`;

/** A guest's request line and headers together. */
const headerCap = 16 * 1024;
/** How long a guest may take to send its headers, and to be silent between requests. */
const headersTimeoutMs = 30_000;
/** Connections beyond these are refused; a server that is handed its connections leaves that to who hands them. */
export const maxIndexConnections = 16;
/** Requests that a client may send before it has its answers; pip sends one. More end the connection. */
export const maxWaitingRequests = 16;

/**
 * An HTTP server around `index`, not listening yet: `listen(socketPath)`, or `emit('connection', duplex)` for a
 * stream that came through SSH. Requests are hostile: only GET and HEAD, headers bounded, bodies never read.
 */
export function createIndexServer(index: PackageIndex): Server {
  const server = createServer(
    { maxHeaderSize: headerCap, headersTimeout: headersTimeoutMs, keepAliveTimeout: headersTimeoutMs },
    (request, response) => takeTurn(request.socket, () => answer(index, request, response)),
  );
  server.maxConnections = maxIndexConnections;
  // A request that is none: the connection ends, nothing else does.
  server.on('clientError', (_error, socket) => socket.destroy());
  return server;
}

/** What is left to answer on each connection, and what the last of it waits for. */
const turns = new WeakMap<Duplex, { waiting: number; last: Promise<void> }>();

/** One answer after the other on each connection: a guest that asks without reading opens one file, not thousands. */
function takeTurn(connection: Duplex, work: () => Promise<void>): void {
  const turn = turns.get(connection) ?? { waiting: 0, last: Promise.resolve() };
  turns.set(connection, turn);
  turn.waiting += 1;
  if (turn.waiting > maxWaitingRequests) connection.destroy();
  turn.last = turn.last
    .then(() => (connection.destroyed ? undefined : work()))
    .catch(() => void connection.destroy())
    .finally(() => {
      turn.waiting -= 1;
    });
}

async function answer(
  index: PackageIndex,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = toRequest(message);
  const reply = request
    ? await ask(index, request)
    : new Response('not a request for an index', { status: 400 });
  const headers = Object.fromEntries(reply.headers);
  // What the guest sends as a body is never read: the connection cannot be used again.
  response.writeHead(reply.status, message.method === 'GET' ? headers : { ...headers, connection: 'close' });
  const reader = reply.body?.getReader();
  try {
    while (message.method !== 'HEAD' && !response.destroyed) {
      const part = await reader?.read();
      if (!part || part.done) break;
      if (!response.write(part.value)) await drained(response);
    }
  } finally {
    // What is not read to its end would stay open.
    await reader?.cancel().catch(() => undefined);
  }
  response.end();
}

function toRequest(message: IncomingMessage): Request | undefined {
  const { method = 'GET', url = '/' } = message;
  if ((method !== 'GET' && method !== 'HEAD') || !url.startsWith('/') || !URL.canParse(url, indexUrl))
    return undefined;
  const accept = message.headers.accept;
  return new Request(new URL(url, indexUrl), { method, headers: accept === undefined ? {} : { accept } });
}

/** What the guest is told: why it failed may name paths of this host, or what an address holds. */
const failed = 'the index failed\n';

/** An index that fails is an answer, not our end. */
async function ask(index: PackageIndex, request: Request): Promise<Response> {
  return index(request).catch(() => new Response(failed, { status: 502 }));
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
    if (response.destroyed) done();
  });
}
