import { createServer, type RequestListener } from 'node:http';

/** A web server of a test: `await using server = await startHttpServer(listener)`; `origin` has no slash at its end. */
export async function startHttpServer(
  listener: RequestListener,
): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
