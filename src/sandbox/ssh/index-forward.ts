import type { Client, ClientChannel, TcpConnectionDetails } from 'ssh2';
import type { PackageIndex, Session } from '../../model/ports.ts';
import { createIndexServer, indexPort, indexUrl, maxIndexConnections } from '../agent/index-listener.ts';
import type { ConnectionWatch } from './connection-watch.ts';

/**
 * Shows an index to the guest behind a client. The index listens nowhere on the host: the guest's connections come through
 * SSH straight into the server. A guest that does not say in `answerMs` whether it listens is hung up on.
 */
export function createIndexForward(
  client: Client,
  watch: ConnectionWatch,
  answerMs: number,
): Session['serveIndex'] {
  let take: ((accept: () => ClientChannel, refuse: () => void) => void) | undefined;
  // For the client's whole life: a connection that nobody accepts or refuses is held by ssh2 for ever.
  client.on('tcp connection', (_: TcpConnectionDetails, accept: () => ClientChannel, refuse: () => void) => {
    if (take === undefined) refuse();
    else take(accept, refuse);
  });
  return async (index, signal) => {
    const ask = (question: Question) => answered(question, { watch, answerMs, signal });
    const connections = createConnections(index, watch);
    // Before the guest is asked: a connection may come together with its answer.
    take = connections.take;
    const stop = async () => {
      take = undefined;
      // A guest that has gone forwards nothing any more, and who aborts waits for none.
      await ask(done => client.unforwardIn('127.0.0.1', indexPort, done)).catch(() => undefined);
      connections.end();
    };
    try {
      await ask(done => client.forwardIn('127.0.0.1', indexPort, done));
    } catch (error) {
      take = undefined;
      connections.end();
      throw error;
    }
    return { url: indexUrl, [Symbol.asyncDispose]: stop };
  };
}

function createConnections(index: PackageIndex, watch: ConnectionWatch) {
  const server = createIndexServer(index);
  const streams = new Set<ClientChannel>();
  return {
    take(accept: () => ClientChannel, refuse: () => void): void {
      if (streams.size >= maxIndexConnections) {
        refuse();
        return;
      }
      const stream = accept();
      stream.on('error', () => stream.destroy());
      try {
        watch.add(stream);
      } catch {
        // The guest was hung up on.
        return;
      }
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      server.emit('connection', stream);
    },
    end(): void {
      for (const stream of streams) stream.destroy();
      server.close();
    },
  };
}

/** Asks the guest something; what it is given is called with the answer. */
type Question = (answered: (error?: Error | null) => void) => void;

/** How long an answer is waited for. */
interface Patience {
  readonly watch: ConnectionWatch;
  readonly answerMs: number;
  readonly signal: AbortSignal;
}

function answered(question: Question, { watch, answerMs, signal }: Patience): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    };
    const onAbort = () => settle(new Error('aborted while the guest was asked to forward'));
    const timer = setTimeout(() => {
      watch.hangUp('the guest did not say whether it forwards');
      settle(new Error('the guest did not say whether it forwards'));
    }, answerMs);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      question(settle);
    } catch (error) {
      // A client whose connection is gone throws.
      settle(error instanceof Error ? error : new Error(String(error)));
    }
    if (signal.aborted) onAbort();
  });
}
