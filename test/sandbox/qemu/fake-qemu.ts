import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** One command of the host's, as it came. */
export interface QmpCommand {
  readonly execute: string;
  readonly arguments?: { readonly uri?: string };
}

const greeting = '{"QMP":{"version":{},"capabilities":[]}}\r\n';

/** A QEMU that says what it is told to: `answer` gives the lines for each command, or none. */
export async function startFakeQemu(
  path: string,
  answer: (command: QmpCommand, socket: Socket) => string | undefined,
): Promise<AsyncDisposable> {
  const server = createServer(socket => {
    socket.write(greeting);
    socket.on('error', () => socket.destroy());
    const lines = createInterface(socket);
    // It passes on what breaks its socket: the host hung up.
    lines.on('error', () => lines.close());
    lines.on('line', line => {
      const command: QmpCommand = JSON.parse(line);
      const isHandshake = command.execute === 'qmp_capabilities';
      const text = isHandshake ? '{"return":{}}\r\n' : answer(command, socket);
      if (text !== undefined) socket.write(text);
    });
  });
  await new Promise<void>(resolve => server.listen(path, resolve));
  return { [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())) };
}
